import { expect, test } from 'vitest';
import { tempFolder } from '../support/temp-folder.js';
import { fuzz, fuzzKinds, problemOf } from './fuzz.js';

test.each(fuzzKinds)('damaged %s files end in a clear error or a correct result', async (kind) => {
  const outcomes = await fuzz(kind, 40, await tempFolder());
  expect(outcomes.flatMap((outcome) => problemOf(outcome) ?? [])).toEqual([]);
  // Some must be refused, or the damage was too little.
  expect(outcomes.filter(({ code }) => code !== undefined).length).toBeGreaterThan(0);
  // gzip's own checksum lets no damage through; of the others some must be taken, or the damage was too much.
  if (kind !== 'gzip') expect(outcomes.filter(({ counts }) => counts).length).toBeGreaterThan(0);
});
