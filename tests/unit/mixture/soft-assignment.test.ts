import { describe, expect, test } from 'vitest';
import {
  fitSoftAssignment,
  softAssign,
  softAssignmentModelSchema,
  softPosterior,
  softReach,
} from '../../../shared/clustering/soft-assignment.js';
import { blobs } from './market.js';

const { input, truth } = blobs(600, 3, 2, 8, 21);
const strengths = new Float64Array(600).fill(0.9);
/** Every fifth retailer is noise. */
const labels = truth.map((label, i) => (i % 5 === 0 ? -1 : label));
const config = { enabled: true, reach: 1.5 };
const model = fitSoftAssignment(input, labels, config);

describe('soft assignment', () => {
  const soft = softAssign(model, input, { labels, strengths });

  test('puts noise near a cluster into it', () => {
    expect(soft.assigned).toBeGreaterThan(110);
    for (let i = 0; i < 600; i++) if (soft.labels[i]! >= 0) expect(soft.labels[i]).toBe(truth[i]);
  });

  test('leaves labels and strengths of clustered retailers alone, and gives the others a strength in [0, 1]', () => {
    for (let i = 0; i < 600; i++) {
      if (labels[i]! >= 0) expect(soft.strengths[i]).toBe(0.9);
      else expect(soft.strengths[i]).toBeGreaterThanOrEqual(0);
      expect(soft.strengths[i]).toBeLessThanOrEqual(1);
    }
  });

  test('leaves noise beyond every reach as noise', () => {
    const far = { data: Float64Array.of(500, 500, 500), rows: 1, columns: 3 };
    const result = softAssign(model, far, { labels: Int32Array.of(-1), strengths: new Float64Array(1) });
    expect([...result.labels]).toEqual([-1]);
    expect(result.assigned).toBe(0);
  });

  test('scores new retailers from a model that went through JSON', () => {
    const stored = softAssignmentModelSchema.parse(JSON.parse(JSON.stringify(model)));
    const again = softAssign(stored, input, {
      labels: new Int32Array(600).fill(-1),
      strengths: new Float64Array(600),
    });
    for (let i = 0; i < 600; i++) if (again.labels[i]! >= 0) expect(again.labels[i]).toBe(truth[i]);
    expect(again.assigned).toBeGreaterThan(570);
  });

  test('takes noise in exactly as far as a cluster reaches, and tells how far each retailer is', () => {
    const reach = softReach(model, input);
    const all = { labels: new Int32Array(600).fill(-1), strengths: new Float64Array(600) };
    const assigned = softAssign(model, input, all);
    for (let i = 0; i < 600; i++) {
      expect(assigned.labels[i]! >= 0).toBe(reach[i]! <= 1);
      if (reach[i]! <= 1) expect(assigned.strengths[i]).toBe(1 - reach[i]!);
    }
    const nobody = fitSoftAssignment(input, new Int32Array(600).fill(-1), config);
    expect(softReach(nobody, input).every((value) => value === Infinity)).toBe(true);
  });

  test('gives posteriors that sum to 1 and favour the own cluster', () => {
    const posterior = softPosterior(model, input, 2);
    for (let i = 0; i < 600; i++) {
      const own = posterior.data.subarray(i * 2, i * 2 + 2);
      expect(own[0]! + own[1]!).toBeCloseTo(1, 12);
      expect(own[truth[i]!]).toBeGreaterThan(0.99);
    }
  });

  test('does nothing when it is off, or without clusters', () => {
    const off = fitSoftAssignment(input, labels, { ...config, enabled: false });
    expect(softAssign(off, input, { labels, strengths }).labels).toEqual(labels);
    const none = fitSoftAssignment(input, new Int32Array(600).fill(-1), config);
    expect(softAssign(none, input, { labels, strengths }).assigned).toBe(0);
    expect([...softPosterior(none, input, 0).data]).toEqual([]);
  });

  test('copes with a cluster of equal rows: those join, others do not', () => {
    const rows = { data: Float64Array.of(1, 1, 1, 1, 1, 1, 1, 2), rows: 4, columns: 2 };
    const tight = fitSoftAssignment(rows, Int32Array.of(0, 0, -1, -1), config);
    const result = softAssign(tight, rows, {
      labels: Int32Array.of(0, 0, -1, -1),
      strengths: new Float64Array(4),
    });
    expect([...result.labels]).toEqual([0, 0, 0, -1]);
  });
});
