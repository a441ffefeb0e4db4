import { expect, test } from 'vitest';
import { openStore } from '../../../shared/artifacts/open-store.js';
import { listRuns } from '../../../shared/artifacts/run-index.js';
import { startSegments } from '../../support/segments-command.js';
import { idOf, place, token } from './three-months.js';

test('segments ui serves the dashboard, and ends with exit code 0 on Ctrl-C', async () => {
  const child = startSegments(['ui', '--artifacts', place().storeUri, '--port', '0', '--json'], {
    cwd: place().folder,
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const line = await new Promise<string>((resolve) =>
    child.stdout!.once('data', (d: Buffer) => resolve(String(d))),
  );
  const { address } = JSON.parse(line) as { address: string };
  const answer = await fetch(address);
  expect(answer.status).toBe(200);
  expect(await answer.text()).toContain('December 2023');
  child.kill('SIGINT');
  expect(await ended).toBe(0);
});

test('with SEGMENTS_API_TOKEN, segments ui carries an approval out: the run is published, and cannot be decided on again', async () => {
  const child = startSegments(['ui', '--artifacts', place().storeUri, '--port', '0', '--json'], {
    cwd: place().folder,
    env: { SEGMENTS_API_TOKEN: token },
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const line = await new Promise<string>((resolve) =>
    child.stdout!.once('data', (data: Buffer) => resolve(String(data))),
  );
  const { address } = JSON.parse(line) as { address: string };
  const decide = (outcome: string): Promise<Response> =>
    fetch(`${address}/runs/${idOf('2023-12')}/decision`, {
      method: 'POST',
      body: new URLSearchParams({ outcome, by: 'Ada', reason: 'a new supplier', token }),
    });
  const approved = await decide('approved');
  expect(await approved.text()).toContain('it is champion now');
  expect(approved.status).toBe(200);
  const entry = (await listRuns(openStore(place().storeUri))).at(-1)!;
  expect(entry).toMatchObject({ published: true, decision: { outcome: 'approved', by: 'Ada' } });
  const again = await decide('rejected');
  expect(again.status).toBe(409);
  expect(await again.text()).toContain('a new supplier');
  expect(await (await fetch(address)).text()).toContain('approved by Ada');
  child.kill('SIGINT');
  expect(await ended).toBe(0);
});
