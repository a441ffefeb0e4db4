import { type NamedFeatures } from '../../stability/feature-drift.js';
import { outside } from '../../stability/transition-matrix.js';
import { type ReportMove } from '../report-input.js';
import { featureLabel } from './feature-labels.js';
import { type FeatureSpread } from './feature-spread.js';

/** One run's retailers, in step: sorted IDs, segments (null: none), unscaled features. */
export interface MovedRun {
  readonly shopIds: readonly string[];
  readonly segmentIds: readonly (string | null)[];
  readonly features: NamedFeatures;
}

const mostMoves = 8;
const mostChanges = 3;
/** Below this, in standard deviations, nothing has changed for anybody. */
const leastChange = 0.05;

/**
 * The largest flows between segments since the previous run, and the features that changed most for those who went:
 * mean over them of now − before, in standard deviations of all retailers now (`spread`).
 */
export function explainMoves(
  before: MovedRun,
  now: MovedRun,
  spread: FeatureSpread,
  model: readonly string[],
): ReportMove[] {
  const rowBefore = new Map(before.shopIds.map((id, i) => [id, i]));
  const flows = new Map<string, { from: string; to: string; pairs: [number, number][] }>();
  now.shopIds.forEach((id, i) => {
    const was = rowBefore.get(id);
    if (was === undefined) return;
    const [from, to] = [before.segmentIds[was] ?? outside.noise, now.segmentIds[i] ?? outside.noise];
    if (from === to) return;
    const key = `${from} ${to}`;
    const flow = flows.get(key) ?? { from, to, pairs: [] };
    flow.pairs.push([was, i]);
    flows.set(key, flow);
  });
  const columns = model.flatMap((feature) => {
    const [then, here] = [before.features.names.indexOf(feature), now.features.names.indexOf(feature)];
    return then < 0 || here < 0 || !(spread.deviations[here]! > 0) ? [] : [{ feature, then, here }];
  });
  const valueOf = ({ values }: NamedFeatures, i: number, j: number): number =>
    values.data[i * values.columns + j]!;
  const ordered = [...flows.values()].sort(
    (a, b) => b.pairs.length - a.pairs.length || (`${a.from} ${a.to}` < `${b.from} ${b.to}` ? -1 : 1),
  );
  return ordered.slice(0, mostMoves).map(({ from, to, pairs }) => {
    const changes = columns.flatMap(({ feature, then, here }) => {
      let [sum, count] = [0, 0];
      for (const [was, i] of pairs) {
        const change = valueOf(now.features, i, here) - valueOf(before.features, was, then);
        if (Number.isNaN(change)) continue;
        sum += change;
        count++;
      }
      const change = sum / count / spread.deviations[here]!;
      return Math.abs(change) >= leastChange ? [{ feature, phrase: featureLabel(feature), change }] : [];
    });
    changes.sort((a, b) => Math.abs(b.change) - Math.abs(a.change));
    return { from, to, retailers: pairs.length, changes: changes.slice(0, mostChanges) };
  });
}
