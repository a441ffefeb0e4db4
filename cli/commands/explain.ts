import { type Command, Option } from 'commander';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openStore } from '../../shared/artifacts/open-store.js';
import { readChampion } from '../../shared/artifacts/run-index.js';
import { SegmentsError } from '../../shared/errors.js';
import { explainStoredRetailer } from '../../shared/explain/explain-stored-retailer.js';
import { explanationText } from '../explanation-text.js';
import { createOutput } from '../output.js';
import { resolveSettings } from '../settings.js';
import { type CommonFlags, outputOptions, settingsOption, storeOption } from '../shared-options.js';

/** `segments explain`: why a retailer is in its segment, and what would move it. */
export function addExplainCommand(program: Command): void {
  const command = program
    .command('explain <shop-id>')
    .description('why a retailer is in its segment, and what would move it to another')
    .addOption(new Option('--run <run-id>', 'a run instead of the champion').env('SEGMENTS_RUN'))
    .addHelpText('after', '\nExamples:\n  segments explain 1204\n  segments explain 1204 --json');
  outputOptions(settingsOption(storeOption(command))).action(
    async (shopId: string, flags: CommonFlags & { run?: string }) => {
      const output = createOutput(flags);
      const store = openStore((await resolveSettings(flags, process.env)).artifacts);
      const runId = flags.run ?? (await readChampion(store))?.runId;
      if (runId === undefined) {
        throw new SegmentsError(
          'RunNotFound',
          `found no champion in ${store.uri}; expected a published run`,
          {
            where: store.uri,
            remedy: 'Name a run with --run: segments runs list shows them.',
          },
        );
      }
      const scratch = await mkdtemp(path.join(tmpdir(), 'segments-explain-'));
      try {
        const duckDb = { memoryLimit: '1GB', threads: 1 };
        const explained = await explainStoredRetailer({ store, runId, shopId, scratch, duckDb });
        output.json({ ...explained, names: Object.fromEntries(explained.names) });
        output.print(explanationText(explained));
      } finally {
        await rm(scratch, { recursive: true, force: true });
      }
    },
  );
}
