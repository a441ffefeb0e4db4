import { type Deliveries, deliveriesSchema } from '../shared/contracts/deliveries.js';
import { openRunFolder } from './run-folder.js';
import { type Stage } from './stage-of.js';

/** Writes `deliveries.json` beside the manifest: no times, so that the same outcome is the same bytes. */
export const recordDeliveries: Stage<'recordDeliveries'> = async (tools, { run, deliveries, tracking }) => {
  const content: Deliveries = deliveriesSchema.parse({
    version: 1,
    runId: run.runId,
    deliveries: [...deliveries],
    tracking,
  });
  const reference = await openRunFolder(tools, run, {}).write(
    'deliveries.json',
    `${JSON.stringify(content, null, 2)}\n`,
  );
  return { files: { 'deliveries.json': reference }, detail: `${deliveries.length} sinks` };
};
