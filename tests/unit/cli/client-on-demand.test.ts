import { Client } from '@temporalio/client';
import { expect, test } from 'vitest';
import { clientOnDemand } from '../../../cli/open-client.js';
import { SegmentsError } from '../../../shared/errors.js';

test('a client on demand is looked for at the first need only, shared afterwards, and looked for again where it was not there', async () => {
  const client = new Client();
  const found = [
    () =>
      Promise.reject(new SegmentsError('EngineUnavailable', 'down', { where: 'a server', remedy: 'wait' })),
    () => Promise.resolve(undefined),
    () => Promise.resolve(client),
  ];
  let looks = 0;
  const onDemand = clientOnDemand(() => found[looks++]!());
  expect(looks).toBe(0);
  await expect(onDemand.with(() => Promise.resolve('worked'))).rejects.toMatchObject({
    code: 'EngineUnavailable',
  });
  const given = (each: Client | undefined): Promise<Client | undefined> => Promise.resolve(each);
  expect(await onDemand.with(given)).toBeUndefined();
  expect(await Promise.all([onDemand.with(given), onDemand.with(given)])).toEqual([client, client]);
  expect(looks).toBe(3);
  await onDemand.close();
});
