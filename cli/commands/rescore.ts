import { type Command, Option } from 'commander';
import { type Outcomes } from '../../shared/contracts/deliveries.js';
import { type RescoreSummary, type SegmentsAnswer } from '../../shared/contracts/rescore-summary.js';
import { validate } from '../../shared/contracts/validate.js';
import { mostRetailersAnswered, rescoreInputSchema } from '../../shared/contracts/workflow-inputs.js';
import { askSegments, execute } from '../execute.js';
import { createOutput } from '../output.js';
import { printRescore } from '../print-result.js';
import { formatTable } from '../run-table.js';
import { requireSource, resolveSettings } from '../settings.js';
import {
  type CommonFlags,
  engineOption,
  interruptOption,
  outputOptions,
  settingsOption,
  storeOption,
} from '../shared-options.js';

interface RescoreFlags extends CommonFlags {
  readonly asOf?: string;
  readonly run?: string;
  readonly retailer?: readonly string[];
  readonly id?: string;
}

/** `segments rescore`: new sales into existing segments. */
export function addRescoreCommand(program: Command): void {
  const command = program
    .command('rescore')
    .description(
      "scores new retailers, or new months of known ones, into the champion's segments; retrains nothing",
    )
    .addOption(new Option('--source <source>', 'where the sales to score are').env('SEGMENTS_SOURCE'))
    .addOption(
      new Option('--as-of <YYYY-MM>', 'default: the last month that the source holds').env('SEGMENTS_AS_OF'),
    )
    .addOption(new Option('--run <run-id>', "a run's model instead of the champion's").env('SEGMENTS_RUN'))
    .option('--retailer <shop-id...>', 'only these retailers')
    .addOption(
      new Option('--id <workflow-id>', 'workflow ID; default rescore-<as-of>-<time>').env(
        'SEGMENTS_WORKFLOW_ID',
      ),
    )
    .addHelpText('after', '\nExample:\n  segments rescore --source csv:new-shops.csv --as-of 2024-01');
  outputOptions(interruptOption(engineOption(settingsOption(storeOption(command))))).action(
    async (flags: RescoreFlags) => {
      const output = createOutput(flags);
      const settings = await resolveSettings(flags, process.env);
      const request = {
        source: requireSource(settings),
        artifacts: settings.artifacts,
        ingest: settings.config.ingest,
        sinks: settings.file.sinks,
        ...(flags.run === undefined ? {} : { runId: flags.run }),
        ...(flags.asOf === undefined ? {} : { asOf: flags.asOf }),
        ...(flags.retailer === undefined ? {} : { retailers: flags.retailer }),
      };
      const remedy = 'Correct the flags named; segments rescore --help shows them.';
      validate(rescoreInputSchema, request, { code: 'InvalidInput', where: 'segments rescore', remedy });
      const id = flags.id ?? `rescore-${flags.asOf ?? 'latest'}-${Date.now().toString(36)}`;
      if (flags.retailer !== undefined && flags.retailer.length <= mostRetailersAnswered) {
        const answer = await askSegments(id, request, settings, output);
        output.json(answer);
        output.print(segmentsTable(answer));
        return;
      }
      const where = { ...settings, onInterrupt: flags.onInterrupt };
      const result = await execute('rescore', id, request, where, output);
      printRescore(result as RescoreSummary & Outcomes, output);
    },
  );
}

function segmentsTable({ asOf, modelRunId, segments }: SegmentsAnswer): string {
  const rows = segments.map(({ shopId, segmentId, strength, status, previousSegmentId, reason }) => [
    shopId,
    segmentId ?? 'none',
    strength === null ? '–' : strength.toFixed(2),
    previousSegmentId ?? '–',
    status,
    reason,
  ]);
  const header = ['retailer', 'segment', 'strength', 'before', 'status', ''];
  return `${asOf}, segments of run ${modelRunId}\n${formatTable(header, rows)}`;
}
