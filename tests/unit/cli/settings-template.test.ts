import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { settingsFileSchema } from '../../../cli/settings-file.js';
import { settingsTemplate } from '../../../cli/settings-template.js';
import { configSchema } from '../../../shared/contracts/config.js';

const source = { kind: 'csv', path: 'sales "2023": all.csv' } as const;

describe('the settings file that segments init writes', () => {
  test('says what was answered, whatever characters it has, and nothing else', () => {
    const text = settingsTemplate({ source, artifacts: 's3://bucket/segments', engine: 'in-process' });
    expect(settingsFileSchema.parse(parse(text))).toEqual({
      source,
      artifacts: 's3://bucket/segments',
      engine: 'in-process',
      sinks: [],
      config: configSchema.parse({}),
    });
    const least = settingsFileSchema.parse(
      parse(settingsTemplate({ source, artifacts: undefined, engine: undefined })),
    );
    expect(least).toEqual({ source, sinks: [], config: configSchema.parse({}) });
  });

  test('shows every default as it is: with the # taken away it means the same', () => {
    const text = settingsTemplate({ source, artifacts: undefined, engine: undefined });
    const [head, method] = text.split(/^# config:$/m);
    const opened = `${head}\nconfig:${method!.replaceAll(/^# ?/gm, '')}`;
    const settings = parse(opened) as { config: { gate: object } };
    expect(Object.keys(settings.config.gate).length).toBeGreaterThan(3);
    expect(settingsFileSchema.parse(settings).config).toEqual(configSchema.parse({}));
  });
});
