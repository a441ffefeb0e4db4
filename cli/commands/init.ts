import { type Command, Option } from 'commander';
import { access, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import { parse } from 'yaml';
import { type Source } from '../../shared/contracts/source.js';
import { validate } from '../../shared/contracts/validate.js';
import { SegmentsError } from '../../shared/errors.js';
import { type EngineChoice } from '../open-engine.js';
import { createOutput } from '../output.js';
import { parseSource } from '../parse-source.js';
import { settingsFileSchema } from '../settings-file.js';
import { settingsTemplate } from '../settings-template.js';
import { outputOptions } from '../shared-options.js';

interface InitFlags {
  readonly source?: string;
  readonly artifacts?: string;
  readonly engine?: EngineChoice;
  readonly output: string;
  readonly force?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** `segments init`: a commented settings file, by flags or by asking. */
export function addInitCommand(program: Command): void {
  const command = program
    .command('init')
    .description('write a commented settings file; what no flag says is asked for on a terminal')
    .addOption(
      new Option('--source <source>', 'csv:FILE, parquet:FILE, kaggle:OWNER/SLUG, …, or a JSON object').env(
        'SEGMENTS_SOURCE',
      ),
    )
    .addOption(
      new Option('--artifacts <uri>', 'artifact store: file:///dir or s3://bucket/prefix').env(
        'SEGMENTS_ARTIFACTS',
      ),
    )
    .addOption(
      new Option('--engine <engine>', 'auto takes a Temporal server where one can be had').choices([
        'auto',
        'temporal',
        'in-process',
      ]),
    )
    .option('-o, --output <file>', 'where to write it', 'segments.config.yaml')
    .option('--force', 'replace a file that is there')
    .addHelpText(
      'after',
      '\nExamples:\n  segments init\n  segments init --source csv:sales.csv --artifacts file:///data/segments',
    );
  outputOptions(command).action(async (flags: InitFlags) => {
    const output = createOutput(flags);
    const file = path.resolve(flags.output);
    if (flags.force !== true && (await exists(file))) {
      throw new SegmentsError('InvalidInput', `--output: ${file} is there already`, {
        where: file,
        remedy: 'Change that file, name another with -o, or replace it with --force.',
      });
    }
    const answers = await complete(flags);
    const text = settingsTemplate({
      source: relativeTo(path.dirname(file), parseSource(answers.source)),
      artifacts: answers.artifacts,
      engine: flags.engine,
    });
    validate(settingsFileSchema, parse(text), {
      code: 'InvalidConfig',
      where: file,
      remedy: 'Correct the flags named; segments init --help shows them.',
    });
    await writeFile(`${file}.tmp`, text);
    try {
      await rename(`${file}.tmp`, file);
    } catch (error) {
      await rm(`${file}.tmp`, { force: true });
      throw error;
    }
    output.json({ file });
    output.print(`${file}\n\nNext: segments doctor, then segments run --as-of YYYY-MM`);
  });
}

async function exists(file: string): Promise<boolean> {
  return await access(file).then(
    () => true,
    () => false,
  );
}

/** What flags left open: asked for on a terminal, refused elsewhere. */
async function complete({
  source,
  artifacts,
}: InitFlags): Promise<{ source: string; artifacts: string | undefined }> {
  if (source !== undefined) return { source, artifacts };
  if (!process.stdin.isTTY) {
    throw new SegmentsError('InvalidInput', '--source: found nothing; expected where the monthly sales are', {
      where: '--source',
      remedy: 'Give --source csv:FILE, or start segments init on a terminal, where it asks.',
    });
  }
  const questions = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const given = await questions.question(
      'Where are the monthly sales? csv:FILE, parquet:FILE, kaggle:OWNER/SLUG, bigquery:TABLE, … ',
    );
    const store =
      artifacts ??
      (await questions.question(
        'Where shall runs be kept? A file:///folder, s3://bucket/prefix, or Enter for .segments/artifacts: ',
      ));
    return { source: given.trim(), artifacts: store.trim() === '' ? undefined : store.trim() };
  } finally {
    questions.close();
  }
}

/** A local path as it is written into a file of `folder`, so that both can be moved together. */
function relativeTo(folder: string, source: Source): Source {
  if (!('path' in source) || !path.isAbsolute(source.path)) return source;
  return { ...source, path: path.relative(folder, source.path) || '.' };
}
