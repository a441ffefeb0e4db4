import { describe, expect, test } from 'vitest';
import { renderReport } from '../../../shared/report/render-report.js';
import { type ReportInput } from '../../../shared/report/report-input.js';
import { outside } from '../../../shared/stability/transition-matrix.js';
import { type Comparison } from '../../../shared/stability/comparison-schema.js';
import { firstRunFixture, reportFixture } from './report-fixture.js';

const fixture = reportFixture({ retailers: 200 });
const judged = (extra: Partial<Comparison>): ReportInput => ({
  ...fixture,
  comparison: { ...fixture.comparison!, ...extra },
});
const measured = {
  observed: { clusters: 3, noise: 0.1, relativeValidity: 0.6 },
  null: { draws: 5, clusters: 2, noise: 0.7, relativeValidity: 0.1 },
  stability: { hdbscan: 0.9, mixture: 0.9 },
  mixtureGain: 2,
  jaccard: { hdbscan: [0.9, 0.9, 0.8], mixture: [0.9, 0.9] },
  retailers: 200,
  resamples: 5,
};
const textOf = (page: string): string =>
  page
    .replaceAll(/<(style|script)[\s\S]*?<\/\1>/g, '')
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ');

describe('what the first screen says of the structure', () => {
  test.each([
    ['density structure', 'Separate groups, with fewer retailers between them than within'],
    ['continuum', 'A continuum rather than separate groups'],
    ['none', 'Do not act on them'],
  ] as const)('%s: %s', (verdict, words) => {
    const structureTest = { ...measured, verdict, sentence: 'The evidence is this.' };
    const page = renderReport(judged({ structureTest }));
    const text = textOf(page);
    expect(text).toContain(words);
    expect(text).toContain('The evidence is this.');
  });

  test('where it was not measured, no group in the latent space means a continuum', () => {
    const none = { clusters: 0, noise: 1, largestShare: 0, effectiveClusters: 0 };
    const page = renderReport({ ...fixture, structure: { ...fixture.structure, latent: none } });
    expect(textOf(page)).toContain('A continuum rather than separate groups');
    expect(textOf(renderReport(fixture))).not.toContain('A continuum');
  });
});

test('says whether the market moved or the model did, with the figures that were measured', () => {
  const attribution = {
    retailers: 190,
    total: 0.1234,
    data: 0.081,
    representation: null,
    clustering: null,
    model: 0.0123,
    cause: 'data',
  } as const;
  const page = renderReport(judged({ attribution }));
  expect(textOf(page)).toContain('Mostly the retailers changed, not the model.');
  expect(page).toContain('<data data-figure="attribution.data" value="0.081">8.1%</data>');
  expect(page).not.toContain('attribution.representation');
  expect(renderReport(judged({ attribution: null }))).not.toContain('The market, or the model?');
});

test('a flow larger than the change that it is told with is no part of it', () => {
  const segments = fixture.comparison!.segments.map((segment, i) => ({
    ...segment,
    before: segment.now - (i === 0 ? 50 : 0),
  }));
  const flowOf = (retailers: number): string => {
    const flow = {
      from: outside.absent,
      to: segments[0]!.segmentId,
      retailers,
      shareOfFrom: 1,
      shareOfTo: 1,
    };
    return textOf(renderReport(judged({ segments, matrix: [flow] })));
  };
  expect(flowOf(52)).toContain('grew by 50 on balance, with 52 new retailers');
  expect(flowOf(48)).toContain('grew by 50, 48 of them new retailers');
});

test('equal input gives equal bytes, and a page without scripts for what is not there', () => {
  expect(renderReport(reportFixture({ retailers: 200 }))).toBe(renderReport(fixture));
  expect(renderReport(firstRunFixture())).not.toContain('<script');
});
