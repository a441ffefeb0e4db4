import { z } from 'zod';
import { densitySettingsSchema } from '../clustering/density-settings.js';
import { parseArtifact } from '../contracts/parse-artifact.js';
import { type SettingsChoice } from './choose-density-settings.js';

const schema = z.strictObject({
  version: z.literal(1),
  settings: densitySettingsSchema,
  held: z.boolean(),
  evidence: z.array(
    z.strictObject({
      settings: densitySettingsSchema,
      clusters: z.int().nonnegative(),
      onHalves: z.number(),
      withPrevious: z.number().nullable(),
      // Not in the files of versions that did not ask the months.
      byMonths: z.number().nullable().default(null),
    }),
  ),
});

/** Where a run keeps HDBSCAN's settings in a space. */
export function settingsName(space: string): string {
  return `stages/settings-${space}.json`;
}

/** `stages/settings-<space>.json`: how HDBSCAN cut a space, and what spoke for it. */
export function settingsFile(choice: SettingsChoice): string {
  return `${JSON.stringify({ version: 1, ...choice }, null, 2)}\n`;
}

/** Reads it. @throws SegmentsError ArtifactCorrupt */
export function parseSettingsFile(bytes: Uint8Array, where: string): SettingsChoice {
  const { settings, held, evidence } = parseArtifact(schema, bytes, where);
  return { settings, held, evidence };
}
