import { type Command } from 'commander';
import { rename, writeFile } from 'node:fs/promises';
import { readManifest } from '../../shared/artifacts/manifest.js';
import { openStore } from '../../shared/artifacts/open-store.js';
import { readChampion } from '../../shared/artifacts/run-index.js';
import { SegmentsError } from '../../shared/errors.js';
import { withProvenance } from '../../shared/report/with-provenance.js';
import { createOutput } from '../output.js';
import { resolveSettings } from '../settings.js';
import { type CommonFlags, outputOptions, settingsOption, storeOption } from '../shared-options.js';

/** `segments report`: where a run's report is, or a copy of it. */
export function addReportCommand(program: Command): void {
  const command = program
    .command('report [run-id]')
    .description("where a run's report is (the champion's without a run ID), or a copy of it")
    .option(
      '-o, --output <file>',
      'write a copy here, with run ID, source, times and the command that repeats the run',
    );
  outputOptions(settingsOption(storeOption(command))).action(
    async (runId: string | undefined, flags: CommonFlags & { output?: string }) => {
      const output = createOutput(flags);
      const store = openStore((await resolveSettings(flags, process.env)).artifacts);
      const id = runId ?? (await readChampion(store))?.runId;
      if (id === undefined) {
        throw new SegmentsError(
          'RunNotFound',
          `found no champion in ${store.uri}; expected a published run`,
          {
            where: store.uri,
            remedy: 'Name a run: segments runs list shows them.',
          },
        );
      }
      const manifest = await readManifest(store, id);
      const reference = manifest.files['report.html']!;
      if (flags.output !== undefined) {
        const page = new TextDecoder().decode(await store.fetchBytes(reference));
        await writeFile(`${flags.output}.tmp`, withProvenance(page, manifest));
        await rename(`${flags.output}.tmp`, flags.output);
      }
      const where = flags.output ?? reference.uri;
      output.json({ runId: id, report: where });
      output.print(where);
    },
  );
}
