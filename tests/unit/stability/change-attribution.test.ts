import { expect, test } from 'vitest';
import { attributeChange } from '../../../shared/stability/change-attribution.js';

const a = ['S01', 'S01', 'S02', 'S02', null];
const turned = ['S02', 'S02', 'S01', 'S01', null];
const one = ['S01', 'S02', 'S02', 'S02', null];

test('a month that moves retailers under the old model is a change of the data', () => {
  expect(
    attributeChange({
      oldModelOldData: a,
      oldModelNewData: one,
      newModelOldData: a,
      newModelNewData: one,
      oldClustersNewSpace: a,
    }),
  ).toEqual({
    retailers: 5,
    total: 0.2,
    data: 0.2,
    representation: 0,
    clustering: 0,
    model: 0,
    cause: 'data',
  });
});

test('a space that old clusters no longer fit is a change of the representation', () => {
  const { cause, model } = attributeChange({
    oldModelOldData: a,
    oldModelNewData: a,
    newModelOldData: one,
    newModelNewData: one,
    oldClustersNewSpace: one,
  });
  expect({ cause, model }).toEqual({ cause: 'representation', model: 0.2 });
});

test('other clusters in the same space are a change of the clustering', () => {
  const { cause, clustering } = attributeChange({
    oldModelOldData: a,
    oldModelNewData: a,
    newModelOldData: one,
    newModelNewData: one,
    oldClustersNewSpace: a,
  });
  expect({ cause, clustering }).toEqual({ cause: 'clustering', clustering: 0.2 });
});

test('representation and clusters that undo each other moved nobody and are no cause', () => {
  expect(
    attributeChange({
      oldModelOldData: a,
      oldModelNewData: a,
      newModelOldData: a,
      newModelNewData: a,
      oldClustersNewSpace: turned,
    }).cause,
  ).toBe('none');
});

test('without a common space the model is judged as a whole', () => {
  expect(
    attributeChange({
      oldModelOldData: a,
      oldModelNewData: a,
      newModelOldData: turned,
      newModelNewData: turned,
      oldClustersNewSpace: undefined,
    }),
  ).toMatchObject({ representation: null, clustering: null, model: 0.8, cause: 'model' });
});
