import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { anonymousHistory } from './anonymous-history.mjs';
import { historyFromObject } from './history-json.mjs';
import { projectRoot } from '../support/segments-command.js';

// The second test breaks a history on purpose: the SDK's complaints about it are no news.
Runtime.install({
  logger: new DefaultLogger('ERROR', () => undefined),
  telemetryOptions: { logging: { filter: 'OFF', forward: {} } },
});

const folder = path.join(projectRoot, 'tests/replay/histories');
const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.json')).sort();

interface Recorded {
  readonly workflowId: string;
  readonly history: object;
}

const read = async (name: string): Promise<Recorded> =>
  JSON.parse(await readFile(path.join(folder, name), 'utf8')) as Recorded;

const replayable = ({ workflowId, history }: Recorded) => ({
  workflowId,
  history: historyFromObject(history),
});

const workflowBundle = { codePath: path.join(projectRoot, 'dist/workflow-bundle.js') };

describe('the workflows of today, replayed on histories of every version', () => {
  test('take the same course: no deploy breaks an execution that is under way', async () => {
    expect(files.length).toBeGreaterThan(10);
    const histories = (await Promise.all(files.map(read))).map(replayable);
    const broken: string[] = [];
    let replayed = 0;
    for await (const result of Worker.runReplayHistories({ workflowBundle }, histories)) {
      replayed++;
      if (result.error) broken.push(`${result.workflowId}: ${result.error.message}`);
    }
    expect(broken).toEqual([]);
    expect(replayed).toBe(files.length);
  });

  test('would be found to differ where a stage had another name', async () => {
    const recorded = await read(files.find((name) => name.endsWith('retrain-first.json'))!);
    const text = JSON.stringify(recorded.history).replaceAll('"name":"scale"', '"name":"weigh"');
    await expect(
      Worker.runReplayHistory({ workflowBundle }, historyFromObject(JSON.parse(text) as object)),
    ).rejects.toThrow(/nondeterminism/i);
  });

  test('name no machine, user or folder on which they were recorded', async () => {
    for (const { history } of await Promise.all(files.map(read))) {
      expect(history).toEqual(anonymousHistory(history));
      expect(JSON.stringify(history)).not.toMatch(/node_modules|file:\/\/\/(?!tmp)/);
    }
    expect(
      anonymousHistory({ stackTrace: 'at /home/ana/x.js', name: '12@host', identity: '12@host' }),
    ).toEqual({
      stackTrace: '',
      name: 'recorded',
      identity: 'recorded',
    });
  });
});
