import { type AsOfMonth } from '../contracts/as-of-month.js';
import { agreements } from './agreement.js';
import { type ChangeAttribution } from './change-attribution.js';
import { type ComparedRunSummary, type Comparison, type RunStructure } from './comparison-schema.js';
import { featureDrift, type NamedFeatures } from './feature-drift.js';
import { monicTransitions } from './monic-transitions.js';
import { type MonthVolume } from './month-volume.js';
import { type ReconstructionDrift } from './reconstruction-drift.js';
import { compareSegments } from './segment-comparison.js';
import { type StructureTest } from './structure-test.js';
import { compareStates, outside, transitionRows } from './transition-matrix.js';

/** What is known of a run when it is compared. Retailers may come in any order. */
export interface ComparedRun {
  readonly asOf: AsOfMonth;
  readonly method: 'hdbscan' | 'mixture';
  readonly shopIds: readonly string[];
  /** A retailer each; null is noise. */
  readonly segmentIds: readonly (string | null)[];
  readonly structure: RunStructure;
  /** Unscaled, NaN where undefined. */
  readonly features?: NamedFeatures | undefined;
}

export interface CompareRunsInput {
  /** Absent on a first run. */
  readonly previous?: ComparedRun | undefined;
  readonly current: ComparedRun;
  /** Features that segments are made from: what the gate looks at. Default: all that the runs have. */
  readonly modelFeatures?: readonly string[] | undefined;
  /** Mean Jaccard of this run's segments over resamples. */
  readonly bootstrapJaccard?: ReadonlyMap<string, number> | undefined;
  readonly reconstruction?: ReconstructionDrift | null | undefined;
  readonly month?: MonthVolume | null | undefined;
  readonly structureTest?: StructureTest | undefined;
  readonly attribution?: ChangeAttribution | null | undefined;
}

function summary(run: ComparedRun): ComparedRunSummary {
  const { asOf, method, structure } = run;
  return { asOf, method, retailers: run.shopIds.length, structure };
}

function idsOf(run: ComparedRun | undefined): string[] {
  const ids = new Set(run?.segmentIds.filter((id) => id !== null));
  return [...ids].sort(compareStates);
}

/** The contents of `comparison.json`: this run beside the previous one, on the retailers in both. */
export function compareRuns(input: CompareRunsInput): Comparison {
  const { previous, current } = input;
  const state = (segment: string | null | undefined): string =>
    segment === undefined ? outside.absent : (segment ?? outside.noise);
  const before = new Map(previous?.shopIds.map((id, i) => [id, previous.segmentIds[i] ?? null]));
  const now = new Map(current.shopIds.map((id, i) => [id, current.segmentIds[i] ?? null]));
  // One order for all counts, whatever order the runs came in.
  const everyone = [...new Set([...before.keys(), ...now.keys()])].sort();
  const common = everyone.filter((id) => before.has(id) && now.has(id));

  const previousIds = idsOf(previous);
  const currentIds = idsOf(current);
  const allIds = [...new Set([...previousIds, ...currentIds])].sort(compareStates);
  const number = new Map(allIds.map((id, at) => [id, at]));
  const labelsIn = (run: Map<string, string | null>): Int32Array =>
    Int32Array.from(common, (id) => number.get(run.get(id) ?? '') ?? -1);
  const was = labelsIn(before);
  const is = labelsIn(now);

  let [same, moved, toNoise] = [0, 0, 0];
  const sizes = new Float64Array(allIds.length);
  const flows = allIds.map(() => new Array<number>(allIds.length).fill(0));
  was.forEach((from, i) => {
    const to = is[i]!;
    if (from < 0) return;
    sizes[from] = sizes[from]! + 1;
    if (to < 0) toNoise++;
    else {
      flows[from]![to]!++;
      if (to === from) same++;
      else moved++;
    }
  });
  const clustered = same + moved + toNoise;

  return {
    version: 1,
    current: summary(current),
    previous: previous === undefined ? null : summary(previous),
    retailers: {
      common: common.length,
      joined: now.size - common.length,
      left: before.size - common.length,
    },
    agreement: agreements(was, is),
    kept: {
      retailers: clustered,
      same,
      moved,
      toNoise,
      share: clustered === 0 ? null : same / clustered,
      shareWithoutNoise: same + moved === 0 ? null : same / (same + moved),
    },
    segments: compareSegments(
      allIds,
      { before: [...before.values()], now: [...now.values()] },
      was,
      is,
      input.bootstrapJaccard,
    ),
    transitions:
      previous === undefined
        ? []
        : monicTransitions(
            previousIds,
            currentIds,
            previousIds.map((from) => currentIds.map((to) => flows[number.get(from)!]![number.get(to)!]!)),
            previousIds.map((id) => sizes[number.get(id)!]!),
          ),
    matrix:
      previous === undefined
        ? []
        : transitionRows(
            everyone.map((id) => state(before.get(id))),
            everyone.map((id) => state(now.get(id))),
          ),
    drift: {
      features:
        previous?.features === undefined || current.features === undefined
          ? []
          : featureDrift(previous.features, current.features, input.modelFeatures),
      reconstruction: input.reconstruction ?? null,
      month: input.month ?? null,
    },
    attribution: input.attribution ?? null,
    ...(input.structureTest === undefined ? {} : { structureTest: input.structureTest }),
  };
}
