import { type Command } from 'commander';
import path from 'node:path';
import pc from 'picocolors';
import { fileURLToPath } from 'node:url';
import { openStore } from '../../shared/artifacts/open-store.js';
import { type BackfillRow } from '../../shared/contracts/workflow-inputs.js';
import { type RunSummary } from '../../shared/contracts/run-summary.js';
import { follow } from '../follow.js';
import { openEngine, type OpenedEngine } from '../open-engine.js';
import { createOutput, type Output } from '../output.js';
import { processDependencies } from '../process-dependencies.js';
import { readSummaries } from '../read-summaries.js';
import { runTable } from '../run-table.js';
import { resolveSettings } from '../settings.js';
import { type CommonFlags, engineOption, outputOptions, storeOption } from '../shared-options.js';
import { untilInterrupted } from '../until-interrupted.js';

/** The sample that ships with the product, and the months of it that the tour runs. */
const sample = {
  settings: '../../../samples/complete-journey/segments.config.yaml',
  from: '2017-10',
  to: '2017-12',
};

interface Tour {
  readonly rows: readonly BackfillRow[];
  readonly runs: readonly RunSummary[];
  readonly ui: string | undefined;
}

/** `segments start`: the tour, then the end. `segments dev`: the tour, then server, UI and worker stay up. */
export function addStartCommands(program: Command): void {
  const start = program
    .command('start')
    .description(
      'backfill the last three months of the sample on a Temporal server of its own, and show what came out',
    );
  outputOptions(engineOption(storeOption(start))).action(async (flags: CommonFlags) => {
    await tour(flags, createOutput(flags), false);
  });
  const dev = program
    .command('dev')
    .description('the same, then stay up with server, UI and worker until Ctrl-C')
    .option('--no-tour', 'start server, UI and worker, and run nothing');
  outputOptions(engineOption(storeOption(dev))).action(async (flags: CommonFlags & { tour: boolean }) => {
    await tour(flags, createOutput(flags), true, flags.tour);
  });
}

async function tour(flags: CommonFlags, output: Output, stay: boolean, run = true): Promise<void> {
  const file = fileURLToPath(new URL(sample.settings, import.meta.url));
  const settings = await resolveSettings({ ...flags, config: file }, process.env);
  const deps = processDependencies(process.env, settings.artifacts);
  let engine: OpenedEngine | undefined;
  try {
    engine = await openEngine({
      choice: settings.engine,
      deps,
      env: process.env,
      note: output.note,
      shared: stay,
    });
    if (engine.ui !== undefined) output.note(`Temporal UI: ${engine.ui}`);
    if (run) {
      const id = `backfill-complete-journey-${Date.now().toString(36)}`;
      const { from, to } = sample;
      const { source, artifacts, config } = settings;
      const execution = await engine.start('backfill', id, { from, to, source, artifacts, config });
      const rows = (await follow(execution, output, { canDetach: false })) as BackfillRow[];
      const runs = await readSummaries(openStore(artifacts), rows);
      show({ rows, runs, ui: execution.ui }, artifacts, stay, output);
    }
    if (stay) {
      output.note(
        `Ready: server ${engine.address ?? 'as named'}, UI ${engine.ui ?? 'unknown'}, worker running. Ctrl-C ends all.`,
      );
      await untilInterrupted();
      output.note('stopping');
    }
  } finally {
    await engine?.close();
    await deps.close();
  }
}

function show({ rows, runs, ui }: Tour, artifacts: string, stay: boolean, output: Output): void {
  output.json({ rows, runs, artifacts, ui: ui ?? null });
  for (const run of runs) output.print(`\n${runTable(run)}`);
  const last = runs.at(-1);
  output.print(`\n${pc.bold('Artifacts')}    ${artifacts}`);
  if (last !== undefined) output.print(`${pc.bold('Report')}       ${last.artifacts}/report.html`);
  if (ui === undefined) output.print(`${pc.bold('Temporal UI')}  none: the runs were made in this process`);
  else
    output.print(
      `${pc.bold('Temporal UI')}  ${ui}${stay ? '' : pc.dim('  (npm run dev keeps it up, with this history)')}`,
    );
  const settings = fileURLToPath(new URL(sample.settings, import.meta.url));
  const relative = path.relative(process.cwd(), settings);
  // Installed, the package is one of many; in a checkout it is the folder itself.
  const command = settings.includes('node_modules') ? 'npx stable-segments' : 'npm run -s segments --';
  output.print(
    pc.dim(
      `\nNext: ${command} run --source csv:FILE --as-of YYYY-MM; the tour's settings are in ${relative}`,
    ),
  );
}
