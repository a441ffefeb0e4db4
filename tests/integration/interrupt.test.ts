import { Client, Connection } from '@temporalio/client';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DevServer } from '../../infra/temporal/dev-server.js';
import { type RunSummary } from '../../shared/contracts/run-summary.js';
import { segmentsInTerminal } from '../support/in-terminal.js';
import { segments, startSegments } from '../support/segments-command.js';
import { writeSmallMarket } from '../support/small-market.js';
import { tempFolder } from '../support/temp-folder.js';
import { startTestServer } from '../support/temporal-server.js';
import { until } from '../support/until.js';

let server: DevServer;
let client: Client;
beforeAll(async () => {
  server = await startTestServer();
  client = new Client({ connection: await Connection.connect({ address: server.address }) });
});
afterAll(async () => {
  await client?.connection.close();
  await server?.stop();
});

const ctrlC = '\x03';
const statusOf = async (id: string): Promise<string> =>
  (await client.workflow.getHandle(id).describe()).status.name;

async function place(id: string): Promise<{ cwd: string; env: Record<string, string>; args: string[] }> {
  const cwd = await tempFolder();
  const source = await writeSmallMarket(cwd);
  return {
    cwd,
    env: { TEMPORAL_ADDRESS: server.address, SEGMENTS_ARTIFACTS: './runs' },
    args: [...['run', '--source', `csv:${source}`, '--as-of', '2023-12', '--raw', 'off'], '--id', id],
  };
}

describe('Ctrl-C on a terminal', () => {
  test('asks; detaching leaves the workflow running and says how to come back, and segments follow gives its result', async () => {
    const { cwd, env, args } = await place('left');
    const keys = [
      { after: 'ingest', type: ctrlC },
      { after: 'Enter to go on?', type: 'd\r' },
    ];
    const { code, seen, left } = await segmentsInTerminal(args, keys, { cwd, env });
    expect(left, seen).toBe(0);
    expect(code, seen).toBe(130);
    expect(seen).toContain('segments follow left');
    expect(await statusOf('left')).toBe('RUNNING');
    const back = await segments(['follow', 'left', '--json'], { cwd, env });
    expect(back.code, back.stderr).toBe(0);
    expect(JSON.parse(back.stdout) as RunSummary).toMatchObject({ asOf: '2023-12', verdict: 'first' });
    expect(await statusOf('left')).toBe('COMPLETED');
  });

  test('cancels the workflow where that is the answer', async () => {
    const { cwd, env, args } = await place('cancelled');
    const keys = [
      { after: 'ingest', type: ctrlC },
      { after: 'Enter to go on?', type: 'c\r' },
    ];
    const { code, seen } = await segmentsInTerminal(args, keys, { cwd, env });
    expect(code, seen).toBe(130);
    expect(await statusOf('cancelled')).toBe('CANCELLED');
  });

  test('goes on after Enter, and ends as if nothing had been asked', async () => {
    const { cwd, env, args } = await place('went-on');
    const keys = [
      { after: 'ingest', type: ctrlC },
      { after: 'Enter to go on?', type: '\r' },
    ];
    const { code, seen } = await segmentsInTerminal(args, keys, { cwd, env });
    expect(code, seen).toBe(0);
    expect(seen).toContain('report.html');
    expect(await statusOf('went-on')).toBe('COMPLETED');
  });

  test('asks nothing where the workflow ends with the command: it is cancelled', async () => {
    const { cwd, args } = await place('in-process');
    const keys = [{ after: 'ingest', type: ctrlC }];
    const { code, seen } = await segmentsInTerminal([...args, '--engine', 'in-process'], keys, {
      cwd,
      env: {},
    });
    expect(code, seen).toBe(130);
    expect(seen).not.toContain('detach');
  });
});

describe('SIGINT without a terminal', () => {
  test.each([
    { flags: [], status: 'CANCELLED', outcome: 'cancelled' },
    { flags: ['--on-interrupt', 'cancel'], status: 'CANCELLED', outcome: 'cancelled' },
    { flags: ['--on-interrupt', 'detach'], status: 'RUNNING', outcome: 'detached' },
  ])('with $flags leaves the workflow $status, and exits with 130', async ({ flags, status, outcome }) => {
    const id = `signal-${flags.join('')}`;
    const { cwd, env, args } = await place(id);
    const child = startSegments([...args, ...flags, '--json'], { cwd, env });
    let stdout = '';
    child.stdout!.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    let stderr = '';
    child.stderr!.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    await until(async () => stderr.includes('prepare done'));
    child.kill('SIGINT');
    const [code] = (await once(child, 'close')) as [number];
    expect(code).toBe(130);
    expect(JSON.parse(stdout)).toEqual({ interrupted: outcome, workflowId: id });
    expect(await statusOf(id)).toBe(status);
    if (status === 'RUNNING') await client.workflow.getHandle(id).terminate();
  });
});

test('segments follow says so where there is no such workflow', async () => {
  const cwd = await tempFolder();
  const { code, stdout } = await segments(['follow', 'nothing', '--json'], {
    cwd,
    env: { TEMPORAL_ADDRESS: server.address },
  });
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'WorkflowNotFound', where: 'nothing' } });
});
