import { Client, Connection, type WorkflowFailedError } from '@temporalio/client';
import { type ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DevServer } from '../../infra/temporal/dev-server.js';
import { temporalConfig } from '../../temporal.config.js';
import { tempFolder } from '../support/temp-folder.js';
import { startTestServer } from '../support/temporal-server.js';
import { startWorkerProcess } from '../support/worker-process.js';
import { recordFault } from './fault-table.js';

let server: DevServer;
let client: Client;
beforeAll(async () => {
  server = await startTestServer();
  client = new Client({ connection: await Connection.connect({ address: server.address }) });
});
afterAll(async () => {
  await client.connection.close();
  await server.stop();
});

/** A re-scoring of named retailers whose input has this many bytes. */
function inputOf(bytes: number): object {
  const rest = {
    source: { kind: 'csv', path: '/nowhere.csv' },
    artifacts: 'file:///nowhere',
    retailers: [] as string[],
  };
  const count = 9000;
  const each = Math.floor((bytes - JSON.stringify(rest).length - count * 3) / count);
  rest.retailers = Array.from({ length: count }, (_, i) => String(i).padEnd(each, 'x'));
  rest.artifacts = rest.artifacts.padEnd(rest.artifacts.length + bytes - JSON.stringify(rest).length, 'x');
  return rest;
}

const start = (workflowId: string, input: object) =>
  client.workflow.start('rescore', {
    workflowId,
    taskQueue: temporalConfig.taskQueues.orchestration,
    args: [input],
  });

describe('a payload beyond what Temporal takes', () => {
  test('of 3 MB is refused when the workflow is started, with the reason', async () => {
    const problem: unknown = await start('three-megabytes', inputOf(3_000_000)).then(
      () => 'it was taken',
      (error: unknown) => error,
    );
    const said =
      JSON.stringify(problem, Object.getOwnPropertyNames(problem)) + String((problem as Error).cause);
    expect(said).toMatch(/size|larger|limit/i);
    await recordFault({
      fault: 'payload of 3 MB',
      rounds: 1,
      held: 1,
      seen: `refused at the start: ${String((problem as Error).cause ?? problem).slice(0, 120)}`,
    });
  });

  test('just below it, which would not fit through to an activity, ends the workflow at once', async () => {
    const worker = await startWorkerProcess(await tempFolder(), { TEMPORAL_ADDRESS: server.address });
    try {
      const handle = await start('just-below', inputOf(2_097_000));
      const failure = await handle.result().then(
        () => undefined,
        (error: unknown) => (error as WorkflowFailedError).cause as ApplicationFailure,
      );
      expect(failure).toMatchObject({ type: 'InvalidInput', nonRetryable: true });
      expect(failure!.message).toMatch(/found \d+ characters of JSON; expected at most \d+/);
      await recordFault({
        fault: 'payload just below 2 MB, which an activity could not be given',
        rounds: 1,
        held: 1,
        seen: `${failure!.type}: ${failure!.message}`,
      });
    } finally {
      await worker.kill();
    }
  });
});
