import { access, readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { asOfMonthSchema } from '../shared/contracts/as-of-month.js';
import { configSchema } from '../shared/contracts/config.js';
import { sinksSchema, trackingSchema } from '../shared/contracts/sink.js';
import { sourceSchema } from '../shared/contracts/source.js';
import { validate } from '../shared/contracts/validate.js';
import { SegmentsError } from '../shared/errors.js';
import { absolute } from './parse-source.js';

/** `segments.config.json` or `.yaml`: what the flags say, for those who say it every month. A flag wins over it. */
export const settingsFileSchema = z.strictObject({
  $schema: z.string().optional(),
  source: sourceSchema.optional(),
  artifacts: z.string().optional(),
  engine: z.enum(['auto', 'temporal', 'in-process']).optional(),
  asOf: asOfMonthSchema.optional(),
  from: asOfMonthSchema.optional(),
  to: asOfMonthSchema.optional(),
  onFailure: z.enum(['stop', 'skip']).optional(),
  compareTo: z.string().optional(),
  publish: z.boolean().optional(),
  sinks: sinksSchema,
  tracking: trackingSchema.optional(),
  /** The method: everything of the workflows' `config`. */
  config: configSchema.prefault({}),
});

export type SettingsFile = z.infer<typeof settingsFileSchema>;

const usualNames = ['segments.config.yaml', 'segments.config.yml', 'segments.config.json'];

/**
 * Reads the settings file: the one named, else the first of the usual names in `folder`, else none.
 * Paths in it are relative to its own folder.
 */
export async function readSettingsFile(
  named: string | undefined,
  folder = process.cwd(),
): Promise<SettingsFile> {
  const file = named === undefined ? await firstPresent(folder) : path.resolve(folder, named);
  if (file === undefined) return settingsFileSchema.parse({});
  const what = {
    code: 'InvalidConfig' as const,
    where: file,
    remedy:
      'Correct the file; docs/configuration.md and docs/schema/segments.config.schema.json list its keys.',
  };
  let content: unknown;
  try {
    const text = await readFile(file, 'utf8');
    content = file.endsWith('.json') ? JSON.parse(text) : (parseYaml(text) ?? {});
  } catch (error) {
    throw new SegmentsError('InvalidConfig', `${file} cannot be read: ${(error as Error).message}`, what);
  }
  const settings = validate(settingsFileSchema, content, what);
  if (settings.source === undefined) return settings;
  return { ...settings, source: absolute(settings.source, path.dirname(file)) };
}

async function firstPresent(folder: string): Promise<string | undefined> {
  for (const name of usualNames) {
    const file = path.join(folder, name);
    if (
      await access(file).then(
        () => true,
        () => false,
      )
    )
      return file;
  }
  return undefined;
}
