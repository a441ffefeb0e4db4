import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runSummarySchema } from '../../shared/contracts/run-summary.js';
import { comparisonSchema } from '../../shared/stability/comparison-schema.js';
import { segments } from '../support/segments-command.js';
import { smallMarketRows, writeSmallMarket } from '../support/small-market.js';

/** Exact values of the figures of a page, by name. */
function figuresOf(page: string): Map<string, number> {
  const found = page.matchAll(/<data data-figure="([^"]+)" value="([^"]+)">/g);
  return new Map([...found].map(([, name, value]) => [name!, Number(value)]));
}

describe('report.html of two months', () => {
  const months = new Map<string, string>();
  let folder: string;
  afterAll(() => rm(folder, { recursive: true, force: true }));
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'segments-report-'));
    // One shop with too little history, for what there is to say of it.
    const rows = [...smallMarketRows(), ...['10', '11'].map((month) => `young,P0,2023,${month},5`)];
    const source = await writeSmallMarket(folder, rows);
    const store = pathToFileURL(path.join(folder, 'store')).href;
    for (const month of ['2023-11', '2023-12']) {
      const { code, stdout, stderr } = await segments(
        [
          ...['run', '--source', `csv:${source}`, '--as-of', month, '--artifacts', store],
          ...['--engine', 'in-process', '--json'],
        ],
        { cwd: folder },
      );
      expect(code, stderr).toBe(0);
      months.set(month, fileURLToPath(runSummarySchema.parse(JSON.parse(stdout)).artifacts));
    }
  });
  const read = (month: string, file: string): Promise<string> =>
    readFile(path.join(months.get(month)!, file), 'utf8');
  const rows = async (month: string, file: string): Promise<Record<string, string>[]> => {
    const [head, ...lines] = (await read(month, file)).trimEnd().split('\n');
    const names = head!.split(',');
    return lines.map((line) => Object.fromEntries(line.split(',').map((cell, j) => [names[j]!, cell])));
  };

  test('its figures are those of the artifacts beside it', async () => {
    const figures = figuresOf(await read('2023-12', 'report.html'));
    const comparison = comparisonSchema.parse(JSON.parse(await read('2023-12', 'comparison.json')));
    const assignments = await rows('2023-12', 'assignments.csv');
    const ids = [...new Set(assignments.map(({ segment_id }) => segment_id!))].filter((id) => id !== '');

    expect(figures.get('eligible')).toBe(assignments.length);
    expect(figures.get('segments')).toBe(ids.length);
    expect(figures.get('kept')).toBe(comparison.kept.share);
    expect(figures.get('common')).toBe(comparison.retailers.common);
    expect(figures.get('ari')).toBe(comparison.agreement.withNoise!.adjustedRandIndex);
    for (const id of ids) {
      const members = assignments.filter(({ segment_id }) => segment_id === id);
      expect(figures.get(`${id}.size`)).toBe(members.length);
      const strength = members.reduce((sum, row) => sum + Number(row['strength']), 0) / members.length;
      expect(figures.get(`${id}.strength`)).toBeCloseTo(strength, 10);
    }
    for (const row of await rows('2023-12', 'transitions.csv')) {
      expect(figures.get(`flow.${row['from_segment']}.${row['to_segment']}`)).toBe(Number(row['retailers']));
    }
    for (const { feature, psi, ks } of comparison.drift.features) {
      expect(figures.get(`psi.${feature}`)).toBe(psi ?? undefined);
      expect(figures.get(`ks.${feature}`)).toBe(ks ?? undefined);
    }
    const manifest = JSON.parse(await read('2023-12', 'manifest.json')) as {
      ingest: { read: number; used: number };
      training: { trainLoss: number };
    };
    expect(figures.get('rows.read')).toBe(manifest.ingest.read);
    expect(figures.get('rows.used')).toBe(manifest.ingest.used);
    expect(figures.get('training.trainLoss')).toBe(manifest.training.trainLoss);
  });

  test('the features that drifted most are drawn before and now, every retailer counted, worst first', async () => {
    const page = await read('2023-12', 'report.html');
    const comparison = comparisonSchema.parse(JSON.parse(await read('2023-12', 'comparison.json')));
    const pictures = [
      ...page.matchAll(/<li\s+data-feature="([^"]+)"\s+data-before="([^"]+)"\s+data-now="([^"]+)"/g),
    ].map(([, feature, before, now]) => ({
      feature: feature!,
      before: before!.split(' ').map(Number),
      now: now!.split(' ').map(Number),
    }));
    expect(pictures.length).toBe(6);
    const { features } = comparison.drift;
    const psi = pictures.map(({ feature }) => features.find((each) => each.feature === feature)!.psi!);
    expect(psi).toEqual([...psi].sort((a, b) => b - a));
    const retailers = async (month: string): Promise<number> => (await rows(month, 'assignments.csv')).length;
    const sum = (counts: readonly number[]): number => counts.reduce((total, each) => total + each, 0);
    for (const { feature, before, now } of pictures) {
      const { missingBefore, missingNow } = features.find((each) => each.feature === feature)!;
      expect(sum(before)).toBe(Math.round((1 - missingBefore) * (await retailers('2023-11'))));
      expect(sum(now)).toBe(Math.round((1 - missingNow) * (await retailers('2023-12'))));
    }
    expect(await read('2023-11', 'report.html')).not.toContain('data-before');
  });

  test('shares of volume sum to the share of retailers in a segment, and the planted seasons show', async () => {
    const page = await read('2023-12', 'report.html');
    const volumes = [...figuresOf(page)].filter(([name]) => name.endsWith('.volume'));
    const sum = volumes.reduce((total, [, share]) => total + share, 0);
    expect(sum).toBeGreaterThan(0.9);
    expect(sum).toBeLessThanOrEqual(1 + 1e-12);
    expect(page).toContain('highest in July');
    expect(page).toContain('highest in January');
  });

  test('the second month has a past and a map on which retailers stay where they were', async () => {
    const placesOf = async (month: string): Promise<{ x: number[]; y: number[] }> => {
      const data = JSON.parse(
        /id="map-data">\s*([\s\S]*?)\s*<\/script>/.exec(await read(month, 'report.html'))![1]!,
      ) as { x: string; y: string };
      const words = (text: string): number[] => [
        ...new Uint16Array(new Uint8Array(Buffer.from(text, 'base64')).buffer),
      ];
      return { x: words(data.x), y: words(data.y) };
    };
    const correlation = (a: readonly number[], b: readonly number[]): number => {
      const mean = (values: readonly number[]): number =>
        values.reduce((sum, value) => sum + value, 0) / values.length;
      const [ma, mb] = [mean(a), mean(b)];
      const product = (p: readonly number[], q: readonly number[], mp: number, mq: number): number =>
        p.reduce((sum, value, i) => sum + (value - mp) * (q[i]! - mq), 0);
      return product(a, b, ma, mb) / Math.sqrt(product(a, a, ma, ma) * product(b, b, mb, mb));
    };
    const [before, now] = [await placesOf('2023-11'), await placesOf('2023-12')];
    expect(correlation(before.x, now.x)).toBeGreaterThan(0.9);
    expect(correlation(before.y, now.y)).toBeGreaterThan(0.5);
    expect(await read('2023-12', 'report.html')).toContain('since November 2023');
  });

  test('segments explain says why a retailer is where it is, from the run that the report shows', async () => {
    const store = pathToFileURL(path.join(folder, 'store')).href;
    const run = path.basename(months.get('2023-12')!);
    const explain = async (shopId: string) =>
      await segments(['explain', shopId, '--run', run, '--artifacts', store, '--json'], { cwd: folder });
    const assignments = await rows('2023-12', 'assignments.csv');
    const retailer = assignments.find(({ segment_id }) => segment_id !== '')!;
    const { code, stdout, stderr } = await explain(retailer['shop_id']!);
    expect(code, stderr).toBe(0);
    const explained = JSON.parse(stdout) as {
      asOf: string;
      explanation: {
        segmentId: string;
        strength: number;
        probabilities: { segmentId: string; probability: number }[];
        traits: { feature: string; value: number }[];
      };
    };
    expect(explained.asOf).toBe('2023-12');
    const { segmentId, strength, probabilities, traits } = explained.explanation;
    expect(segmentId).toBe(retailer['segment_id']);
    expect(strength).toBe(Number(retailer['strength']));
    expect(probabilities.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 9);
    // Summer and winter shops: what sets one apart is a month of the year.
    expect(traits[0]!.feature).toMatch(/^season_/);

    const young = await explain('young');
    expect(young.code).toBe(0);
    expect(JSON.parse(young.stdout)).toMatchObject({
      explanation: { eligible: false, activeMonths: 2, tenureMonths: 3 },
    });
    const unknown = await explain('nobody');
    expect(unknown.code).toBe(1);
    expect(JSON.parse(unknown.stdout)).toMatchObject({ error: { code: 'RetailerNotFound' } });
  });

  test('pictures are pictures', async () => {
    for (const name of ['segment-map.png', 'loss-plot.png']) {
      const bytes = await readFile(path.join(months.get('2023-12')!, name));
      expect(bytes.subarray(1, 4).toString('latin1')).toBe('PNG');
      expect(bytes.length).toBeGreaterThan(5_000);
    }
  });
});
