import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { fuzz, fuzzKinds, problemOf } from './fuzz.js';
import { recordFault } from './fault-table.js';

const files = 400;

test.each(fuzzKinds)(`${files} damaged %s files: a clear error or a correct result`, async (kind) => {
  const folder = path.join(tmpdir(), `segments-fuzz-sample-${process.pid}-${kind}`);
  try {
    const outcomes = await fuzz(kind, files, folder);
    const problems = outcomes.flatMap((outcome) => {
      const problem = problemOf(outcome);
      return problem === undefined ? [] : [{ seed: outcome.seed, problem }];
    });
    const codes = [...new Set(outcomes.flatMap(({ code }) => code ?? []))].sort();
    await recordFault({
      fault: `damaged ${kind} file`,
      rounds: files,
      held: files - problems.length,
      seen: `${outcomes.filter(({ counts }) => counts).length} taken with every row accounted for, the others refused (${codes.join(', ')})`,
    });
    expect(problems).toEqual([]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
