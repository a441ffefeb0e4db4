import { type StageActivities } from '../shared/contracts/stage-activities.js';
import { clusterLatent } from './cluster-latent.js';
import { clusterMixture } from './cluster-mixture.js';
import { clusterRaw } from './cluster-raw.js';
import { compare } from './compare.js';
import { controls } from './controls.js';
import { deliver } from './deliver.js';
import { decide } from './decide.js';
import { eligibility } from './eligibility.js';
import { encode } from './encode.js';
import { features } from './features.js';
import { findFinished } from './find-finished.js';
import { gatherScores } from './gather-scores.js';
import { gate } from './gate.js';
import { identifySegments } from './identify-segments.js';
import { inStage } from './in-stage.js';
import { ingest } from './ingest.js';
import { prepareRescore } from './prepare-rescore.js';
import { prepare } from './prepare.js';
import { publish } from './publish.js';
import { recordDeliveries } from './record-deliveries.js';
import { readSegments } from './read-segments.js';
import { report } from './report.js';
import { scale } from './scale.js';
import { scoreRows } from './score-rows.js';
import { scoreShard } from './score-shard.js';
import { splitShards } from './split-shards.js';
import { type Stage } from './stage-of.js';
import { type ActivityDependencies, type StageWork } from './stage-tools.js';
import { track } from './track.js';
import { trainAutoencoder } from './train-autoencoder.js';

const stages = {
  prepare,
  ingest,
  eligibility,
  features,
  scale,
  trainAutoencoder,
  encode,
  clusterLatent,
  clusterMixture,
  clusterRaw,
  controls,
  identifySegments,
  compare,
  gate,
  report,
  publish,
  deliver,
  track,
  recordDeliveries,
  decide,
  findFinished,
  prepareRescore,
  splitShards,
  scoreShard,
  gatherScores,
  readSegments,
  scoreRows,
} satisfies { [S in keyof StageActivities]: Stage<S> };

/** All activities, over what their process gives them. */
export function createActivities(deps: ActivityDependencies): StageActivities {
  const entries = Object.entries(stages).map(([name, work]) => [
    name,
    (input: never) => inStage(name, deps, work as StageWork<never, unknown>, input),
  ]);
  return Object.fromEntries(entries) as StageActivities;
}
