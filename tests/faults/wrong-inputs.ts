import { ApplicationFailure } from '@temporalio/common';
import { type WorkflowFailedError, WorkflowUpdateFailedError } from '@temporalio/client';
import fc from 'fast-check';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  backfillInputSchema,
  rescoreInputSchema,
  retrainInputSchema,
} from '../../shared/contracts/workflow-inputs.js';
import { decisionRequestSchema } from '../../shared/contracts/decision.js';
import { errorCodes } from '../../shared/errors.js';
import { temporalConfig } from '../../temporal.config.js';
import { temporaryFolder, type TemporaryFolder } from '../support/temp-folder.js';
import { startWorkedServer, type WorkedServer } from '../support/worked-server.js';
import { anyJson, spoiled } from '../support/wrong-json.js';

type Record = (fault: string, seen: string) => Promise<void>;

/**
 * Gives `cases` generated wrong inputs to each workflow, and wrong decisions to a waiting run, on a real server. `record`
 * is told what was seen once all of it held.
 */
export function testWrongInputs(cases: number, record: Record): void {
  let worked: WorkedServer;
  let folder: TemporaryFolder;
  beforeAll(async () => {
    worked = await startWorkedServer();
    folder = await temporaryFolder();
  });
  afterAll(async () => {
    await worked.stop();
    await folder.remove();
  });

  const taskQueue = temporalConfig.taskQueues.orchestration;
  let started = 0;

  /** How a workflow with this input ended: its failure, as Temporal carries it. */
  async function failureOf(type: string, input: unknown): Promise<ApplicationFailure> {
    const handle = await worked.client.workflow.start(type, {
      taskQueue,
      workflowId: `${type}-${++started}`,
      args: [input],
      // Only to end a test of a product that hangs: nothing here is waited for.
      workflowExecutionTimeout: '45 seconds',
    });
    return await handle.result().then(
      () => expect.fail(`${type} took ${JSON.stringify(input)}`),
      (error: unknown) => {
        let cause = (error as WorkflowFailedError).cause;
        while (cause?.cause instanceof Error) cause = cause.cause;
        expect(cause, JSON.stringify(input)).toBeInstanceOf(ApplicationFailure);
        return cause as ApplicationFailure;
      },
    );
  }

  async function inBatches<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
    for (let from = 0; from < items.length; from += 25)
      await Promise.all(items.slice(from, from + 25).map(work));
  }

  const source = { kind: 'csv', path: '/nowhere/sales.csv', columns: { shop_id: 'outlet' } };
  const config = { seed: 1, gate: { minShareKept: 0.5 }, autoencoder: { coldEpochs: 3 } };

  describe.each([
    [
      'retrain',
      retrainInputSchema,
      {
        asOf: '2017-12',
        source,
        artifacts: 'file:///nowhere',
        config,
        compareTo: 'previous',
        publish: true,
        lateSales: { retryEvery: '1 hour', giveUpAfter: '1 day' },
        decision: { waitFor: '1 day' },
      },
    ],
    [
      'backfill',
      backfillInputSchema,
      {
        from: '2017-10',
        to: '2017-12',
        source,
        artifacts: 'file:///nowhere',
        config,
        onFailure: 'stop',
        done: [],
      },
    ],
    [
      'rescore',
      rescoreInputSchema,
      {
        source,
        artifacts: 'file:///nowhere',
        asOf: '2017-12',
        retailers: ['a'],
        ingest: { maxRejectedShare: 0.1 },
        provisional: { minActiveMonths: 3 },
      },
    ],
  ])('%s', (type, schema, right) => {
    test(`refuses ${cases} wrong inputs at once, each with what is wrong with it`, async () => {
      const wrong = spoiled(right).filter((input) => !schema.safeParse(input).success);
      await inBatches(fc.sample(wrong, { numRuns: cases, seed: 20_171_203 }), async (input) => {
        const failure = await failureOf(type, input);
        expect([failure.type, failure.nonRetryable], JSON.stringify(input)).toEqual(['InvalidInput', true]);
        expect((failure.details?.[0] as { problems: string[] }).problems.length).toBeGreaterThan(0);
      });
      await record(
        `wrong input of ${type}`,
        'each failed at once with InvalidInput and its problems, no retry',
      );
    }, 600_000);
  });

  test('sources that are no sales end a run with a reason of the closed set, without a retry loop', async () => {
    const contents = fc.sample(
      fc.oneof(
        fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
        fc.string({ maxLength: 300, unit: 'binary' }).map((text) => Buffer.from(text)),
        fc
          .array(anyJson, { minLength: 5, maxLength: 5 })
          .map((row) =>
            Buffer.from(
              `shop_id,product_id,year,month,sales_qty\n${row.map((each) => JSON.stringify(each)).join(',')}\n`,
            ),
          ),
      ),
      { numRuns: 10, seed: 7 },
    );
    const inputs = await Promise.all(
      contents.map(async (bytes, i) => {
        const file = path.join(folder.path, `${i}.csv`);
        await writeFile(file, bytes);
        const kind = i % 3 === 2 ? 'parquet' : 'csv';
        const artifacts = pathToFileURL(path.join(folder.path, 'store')).href;
        return { asOf: '2017-12', source: { kind, path: file }, artifacts };
      }),
    );
    await inBatches([...inputs, { asOf: '2017-12', source }], async (input) => {
      const failure = await failureOf('retrain', input);
      expect(Object.keys(errorCodes), `${JSON.stringify(input)}: ${failure.message}`).toContain(failure.type);
      expect(failure.type).not.toBe('Internal');
    });
  }, 120_000);

  test(`a waiting run refuses ${cases} wrong decisions and goes on waiting`, async () => {
    const file = path.join(folder.path, 'early.csv');
    await writeFile(file, 'shop_id,product_id,year,month,sales_qty\na,p,2017,1,3\n');
    const handle = await worked.client.workflow.start('retrain', {
      taskQueue,
      workflowId: 'retrain-waiting',
      args: [
        {
          asOf: '2017-12',
          source: { kind: 'csv', path: file },
          artifacts: pathToFileURL(path.join(folder.path, 'store')).href,
          lateSales: { retryEvery: '1 hour', giveUpAfter: '1 day' },
        },
      ],
    });
    const wrong = spoiled({ by: 'Ana', reason: 'new region' }).filter(
      (message) => !decisionRequestSchema.safeParse(message).success,
    );
    await inBatches(fc.sample(wrong, { numRuns: cases, seed: 11 }), async (message) => {
      const refusal = await handle.executeUpdate('approve', { args: [message] }).then(
        () => undefined,
        (error: unknown) => error,
      );
      expect(refusal).toBeInstanceOf(WorkflowUpdateFailedError);
      expect((refusal as { cause: ApplicationFailure }).cause.type).toBe('InvalidInput');
    });
    expect((await handle.describe()).status.name).toBe('RUNNING');
    await handle.terminate();
    await record('wrong decision on a waiting run', 'each update refused, the run went on waiting');
  }, 600_000);
}
