import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { jsonSchema, schemaNames } from '../../cli/commands/schema.js';
import { createProgram } from '../../cli/program.js';
import { artifactsPage } from './artifacts-page.js';
import { cliPage } from './cli-page.js';
import { configurationPage } from './configuration-page.js';
import { errorsPage } from './errors-page.js';
import { metricsPage } from './metrics-page.js';

const page = (name: string): string => fileURLToPath(new URL(`../../docs/${name}`, import.meta.url));

describe('the reference says what the code does', () => {
  test('docs/configuration.md', async () => {
    await expect(configurationPage()).toMatchFileSnapshot(page('configuration.md'));
  });
  test('docs/cli.md', async () => {
    await expect(cliPage(createProgram('0.0.0'))).toMatchFileSnapshot(page('cli.md'));
  });
  test('docs/artifacts.md', async () => {
    await expect(artifactsPage()).toMatchFileSnapshot(page('artifacts.md'));
  });
  test('docs/errors.md', async () => {
    await expect(errorsPage()).toMatchFileSnapshot(page('errors.md'));
  });
  test('docs/metrics.md', async () => {
    await expect(await metricsPage()).toMatchFileSnapshot(page('metrics.md'));
  });
  test.each(schemaNames)('docs/schema/%s.schema.json', async (name) => {
    const file = name === 'settings' ? 'segments.config' : name;
    await expect(`${JSON.stringify(jsonSchema(name), null, 2)}\n`).toMatchFileSnapshot(
      page(`schema/${file}.schema.json`),
    );
  });
  test('every key of the config is explained', () => {
    const unexplained = configurationPage()
      .split('\n')
      .filter((line) => line.startsWith('| `') && line.endsWith('|  |'));
    expect(unexplained).toEqual([]);
  });
});
