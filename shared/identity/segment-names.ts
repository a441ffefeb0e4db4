import { type Matrix } from '../numeric/matrix.js';
import { compareStates } from '../stability/transition-matrix.js';
import { livingSegments, type SegmentRegistry } from './segment-registry.js';
import { segmentTraits, type SegmentTrait } from './segment-traits.js';

/** Standard deviations from the mean of all retailers from which a trait is worth a word. */
const leastZ = 0.5;
const usualPhrases = 3;
/** For a segment that nothing sets apart. */
const typical = 'typical';

/**
 * A name for each segment from its strongest traits: "summer peak, broad range, growing". Names differ from each
 * other and from those `taken`: where three traits are not enough, further ones, at last the segment's ID, tell apart.
 */
export function automaticNames(
  traits: ReadonlyMap<string, readonly SegmentTrait[]>,
  taken: ReadonlySet<string> = new Set(),
): ReadonlyMap<string, string> {
  const used = new Set(taken);
  const names = new Map<string, string>();
  for (const id of [...traits.keys()].sort(compareStates)) {
    const all = [...new Set(traits.get(id)!.map((trait) => trait.phrase))];
    const strong = traits.get(id)!.filter((trait) => Math.abs(trait.z) >= leastZ);
    const usual = Math.min(usualPhrases, new Set(strong.map((trait) => trait.phrase)).size);
    let name = all.slice(0, usual).join(', ') || typical;
    for (let count = usual + 1; used.has(name) && count <= all.length; count++) {
      name = all.slice(0, count).join(', ');
    }
    if (used.has(name)) name = `${name} (${id})`;
    used.add(name);
    names.set(id, name);
  }
  return names;
}

/** Names for the segments that have none yet, unlike those of the other living segments. */
export function segmentNames(input: {
  /** A retailer each, null for noise. */
  readonly segmentIds: readonly (string | null)[];
  readonly featureNames: readonly string[];
  /** A row a retailer, scaled or not; NaN where undefined. */
  readonly features: Matrix;
  readonly registry: SegmentRegistry;
}): ReadonlyMap<string, string> {
  const { segmentIds, featureNames, features, registry } = input;
  const living = livingSegments(registry);
  const named = new Set(living.filter(({ name }) => name !== undefined).map(({ id }) => id));
  const taken = new Set(living.flatMap(({ name }) => name ?? []));
  const traits = segmentTraits({ names: featureNames, values: features }, segmentIds);
  return automaticNames(new Map([...traits].filter(([id]) => !named.has(id))), taken);
}
