import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { manifestVersion, parseManifest } from '../../../shared/artifacts/manifest.js';
import { SegmentsError } from '../../../shared/errors.js';
import { projectRoot } from '../../support/segments-command.js';

const folder = path.join(projectRoot, 'tests/golden/manifests');
const files = await readdir(folder);
const bytes = (content: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(content));
const refusal = (content: unknown): SegmentsError => {
  try {
    parseManifest(bytes(content), 'runs/x/manifest.json');
  } catch (error) {
    if (error instanceof SegmentsError) return error;
    throw error;
  }
  throw new Error('expected a refusal');
};

describe('manifests of other versions', () => {
  test.each(files)('%s, as it was written then, is read, with every file that it names', async (name) => {
    const manifest = parseManifest(await readFile(path.join(folder, name)), name);
    expect(manifest.asOf).toBe('2023-12');
    expect(Object.keys(manifest.files)).toContain('assignments.parquet');
  });

  test('there is one of the present version: who changes it adds the new one and keeps the old', () => {
    expect(files).toContain(`version-${manifestVersion}.json`);
  });

  test.each([0, manifestVersion + 1, '1', undefined, null])(
    'version %j is refused for good, with what was found and what to do',
    async (version) => {
      const whole = JSON.parse(await readFile(path.join(folder, files[0]!), 'utf8')) as object;
      const error = refusal({ ...whole, version });
      expect(error).toMatchObject({
        code: 'ArtifactVersion',
        retryable: false,
        where: 'runs/x/manifest.json',
      });
      expect(error.remedy).toMatch(/version of this product|run that month again/);
    },
  );

  test.each([[null], [[]], ['text'], [7]])(
    '%j, which is no manifest at all, is refused with its name',
    (content) => {
      expect(refusal(content)).toMatchObject({ where: 'runs/x/manifest.json' });
    },
  );
});
