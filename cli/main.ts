#!/usr/bin/env node
import './sdk-warning.js';
import { CommanderError } from 'commander';
import { exitCodes } from './exit-codes.js';
import { Interrupted } from './interrupted.js';
import { describeError, errorObject, exitCodeOf } from './output.js';
import { codeVersion } from './process-dependencies.js';
import { createProgram } from './program.js';

try {
  await createProgram(codeVersion()).parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  } else {
    if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify(errorObject(error))}\n`);
    if (!(error instanceof Interrupted)) process.stderr.write(`${describeError(error)}\n`);
    process.exitCode = exitCodeOf(error);
  }
}
