import { expect, it } from 'vitest';
import { lossCsv } from '../../../shared/autoencoder/loss-csv.js';
import { parseLossCsv } from '../../../shared/autoencoder/parse-loss-csv.js';

it('lossCsv writes a line an epoch with every digit, and nothing for an absent validation loss', () => {
  expect(
    lossCsv([
      { epoch: 1, train: 0.1 + 0.2, validation: 0.5 },
      { epoch: 2, train: 1e-9, validation: null },
    ]),
  ).toBe('epoch,train,validation\n1,0.30000000000000004,0.5\n2,1e-9,\n');
});

it('parseLossCsv reads what lossCsv writes, and refuses a line cut short', () => {
  const losses = [
    { epoch: 1, train: 0.1 + 0.2, validation: 0.5 },
    { epoch: 2, train: 1e-9, validation: null },
  ];
  expect(parseLossCsv(lossCsv(losses))).toEqual(losses);
  expect(() => parseLossCsv(`${lossCsv(losses)}3`)).toThrow('loss.csv line 4');
});
