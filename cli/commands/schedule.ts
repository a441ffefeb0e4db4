import { type Command, Option } from 'commander';
import pc from 'picocolors';
import { z } from 'zod';
import { MonthlySchedule, type ScheduleState } from '../../infra/temporal/monthly-schedule.js';
import { scheduledInput, scheduleFacts } from '../../infra/temporal/schedule-definition.js';
import { registerSearchAttributes } from '../../infra/temporal/search-attributes.js';
import { asOfMonthSchema } from '../../shared/contracts/as-of-month.js';
import { validate } from '../../shared/contracts/validate.js';
import { retrainInputSchema } from '../../shared/contracts/workflow-inputs.js';
import { temporalConfig } from '../../temporal.config.js';
import { withClient } from '../open-client.js';
import { createOutput, type Output } from '../output.js';
import { codeVersion } from '../process-dependencies.js';
import { formatTable } from '../run-table.js';
import { resolveSettings, runInput } from '../settings.js';
import {
  type CommonFlags,
  methodOptions,
  outputOptions,
  settingsOption,
  storeOption,
} from '../shared-options.js';

interface ScheduleFlags extends CommonFlags {
  readonly id: string;
  readonly note?: string;
  readonly from?: string;
  readonly to?: string;
}

/** `segments schedule …`: monthly retraining on a server that stays up. */
export function addScheduleCommand(program: Command): void {
  const schedule = program
    .command('schedule')
    .description('monthly retraining: day, hour and policies are those of temporal.config.ts');

  const add = (name: string, description: string): Command =>
    outputOptions(schedule.command(name).description(description)).addOption(
      new Option('--id <schedule-id>', 'which schedule')
        .env('SEGMENTS_SCHEDULE')
        .default(temporalConfig.schedule.id),
    );

  storeOption(
    settingsOption(
      methodOptions(add('apply', 'make the schedule what configuration and flags say; may be repeated')),
    ),
  )
    .addHelpText(
      'after',
      '\nExample:\n  segments schedule apply --source postgres:sales.monthly --artifacts s3://bucket/segments',
    )
    .action(apply);

  add('describe', 'what the schedule is, what it did, what it does next').action((flags: ScheduleFlags) =>
    onSchedule(flags, async (monthly, output) => {
      const state = await monthly.describe();
      output.json(state);
      output.print(stateTable(state));
    }),
  );
  add('pause', 'start no further run until resumed; a running one goes on')
    .option('--note <text>', 'why, for those who wonder')
    .action((flags: ScheduleFlags) =>
      onSchedule(flags, async (monthly, output) => {
        await monthly.pause(flags.note ?? 'paused by segments schedule pause');
        say(output, monthly, 'paused');
      }),
    );
  add('resume', 'go on after a pause')
    .option('--note <text>', 'why, for those who wonder')
    .action((flags: ScheduleFlags) =>
      onSchedule(flags, async (monthly, output) => {
        await monthly.resume(flags.note ?? 'resumed by segments schedule resume');
        say(output, monthly, 'resumed');
      }),
    );
  add('trigger', 'start a run now, for the month before now').action((flags: ScheduleFlags) =>
    onSchedule(flags, async (monthly, output) => {
      await monthly.trigger();
      say(output, monthly, 'triggered');
    }),
  );
  add('backfill', 'start the runs of past months, one after the other')
    .requiredOption('--from <YYYY-MM>', 'first as-of month')
    .requiredOption('--to <YYYY-MM>', 'last as-of month, included')
    .action((flags: ScheduleFlags) =>
      onSchedule(flags, async (monthly, output) => {
        const { from, to } = checkRange(flags);
        await monthly.backfill(from, to);
        say(output, monthly, `backfill of ${from} to ${to} begun`);
      }),
    );
  add('delete', 'remove the schedule; what it started goes on').action((flags: ScheduleFlags) =>
    onSchedule(flags, async (monthly, output) => {
      say(output, monthly, (await monthly.delete()) ? 'deleted' : 'was not there');
    }),
  );
}

const rangeSchema = z
  .strictObject({ from: asOfMonthSchema, to: asOfMonthSchema })
  .refine(({ from, to }) => from <= to, { path: ['to'], error: 'expected a month not before --from' });

function checkRange({ from, to }: ScheduleFlags): { from: string; to: string } {
  const remedy = 'Correct the flags named; segments schedule backfill --help shows them.';
  return validate(
    rangeSchema,
    { from, to },
    { code: 'InvalidInput', where: 'segments schedule backfill', remedy },
  );
}

async function apply(flags: ScheduleFlags): Promise<void> {
  const settings = await resolveSettings(flags, process.env);
  const input = scheduledInput(runInput(settings));
  const remedy = 'Correct the flags named; segments schedule apply --help shows them.';
  validate(retrainInputSchema, input, { code: 'InvalidInput', where: 'segments schedule apply', remedy });
  await withClient(async (client) => {
    const output = createOutput(flags);
    const indexed = await registerSearchAttributes(client.connection, client.options.namespace);
    if (!indexed) {
      output.note(
        'The server does not let this command add the search attributes AsOf and Verdict (Keyword): add them by hand to find runs by them.',
      );
    }
    const monthly = new MonthlySchedule(client, flags.id);
    const note = `Retrains each month into ${settings.artifacts}; segments schedule apply makes it so.`;
    const applied = await monthly.apply(scheduleFacts(input), { codeVersion: codeVersion(), note });
    const state = await monthly.describe();
    output.json({ ...applied, schedule: state });
    const what = applied.changed.length > 0 ? `: ${applied.changed.join(', ')}` : '';
    output.print(`${pc.bold(flags.id)} ${applied.outcome}${what}\n\n${stateTable(state)}`);
  });
}

async function onSchedule(
  flags: ScheduleFlags,
  work: (monthly: MonthlySchedule, output: Output) => Promise<void>,
): Promise<void> {
  await withClient((client) => work(new MonthlySchedule(client, flags.id), createOutput(flags)));
}

function say(output: Output, { scheduleId }: MonthlySchedule, what: string): void {
  output.json({ scheduleId, done: what });
  output.print(`${scheduleId}: ${what}`);
}

function stateTable({ facts, paused, note, next, recent, running, actions }: ScheduleState): string {
  const hours = (ms: number): string => `${ms / 3_600_000} hours`;
  const rows = [
    ['state', paused ? `paused: ${note}` : 'active'],
    [
      'runs',
      `${facts.workflowType}, ${facts.calendar} ${facts.timezone}, jitter ${facts.jitterMs / 60_000} minutes`,
    ],
    ['overlap', `${facts.overlap}, catch-up window ${hours(facts.catchupWindowMs)}`],
    ['on failure', facts.pauseOnFailure ? 'pauses' : 'goes on'],
    ...next.slice(0, 3).map(({ at, asOf }) => ['next', `${at} for ${asOf}`]),
    ...recent.map(({ at, asOf, workflowId }) => ['recent', `${at} for ${asOf}: ${workflowId}`]),
    ...running.map((workflowId) => ['running', workflowId]),
    [
      'actions',
      `${actions.taken} taken, ${actions.missedCatchupWindow} missed the catch-up window, ${actions.skippedOverlap} skipped`,
    ],
  ];
  const width = Math.max(...rows.map(([, value]) => value!.length));
  return formatTable(
    ['', 'value'.padEnd(width)],
    rows.map(([name, value]) => [name!, value!.padEnd(width)]),
  );
}
