import { decodeCheckpoint, encodeCheckpoint } from '../shared/autoencoder/checkpoint.js';
import { encode, reconstructionErrors } from '../shared/autoencoder/encode.js';
import { trainAutoencoder, type TrainingRequest, type TrainingResult } from '../shared/autoencoder/train.js';
import { type Autoencoder } from '../shared/autoencoder/autoencoder.js';
import {
  clusterSpace,
  type ClusteredSpace,
  type ClusterSpaceRequest,
} from '../shared/clustering/cluster-space.js';
import {
  clusterByMixture,
  type MixtureClusters,
  type MixtureRequest,
} from '../shared/clustering/cluster-by-mixture.js';
import { type Matrix } from '../shared/numeric/matrix.js';
import { type OnProgress } from '../shared/progress.js';
import {
  identifyRun,
  type IdentifiedRetailers,
  type IdentifyRequest,
} from '../shared/identity/identify-run.js';
import { type RunContent } from '../shared/report/content/report-content.js';
import { type DrawnReport } from '../shared/report/draw-report.js';
import {
  scoreRetailers,
  type ScoredRetailers,
  type ScoreRequest,
} from '../shared/scoring/score-retailers.js';

import { type AttributionRequest, attributeModels } from '../shared/scoring/attribute-models.js';
import {
  chooseDensitySettings,
  type SettingsChoice,
  type SettingsRequest,
} from '../shared/stability/choose-density-settings.js';
import { assessStructure, type StructureRequest } from '../shared/stability/assess-structure.js';
import { type StructureTest } from '../shared/stability/structure-test.js';
import { type ChangeAttribution } from '../shared/stability/change-attribution.js';

/** How a task speaks while it works. */
export interface TaskEvents {
  readonly onProgress: OnProgress;
  /** Hands over what a later attempt can go on from. */
  readonly onCheckpoint: (bytes: Uint8Array) => void;
}

/** As often as heartbeats are sent: what is made in between would be thrown away. */
const checkpointMilliseconds = 1000;

type TrainInput = Omit<TrainingRequest, 'resume' | 'onEpoch' | 'signal'> & {
  /** An encoded checkpoint to go on from. */
  readonly checkpoint: Uint8Array | undefined;
};

/** Everything that is computed away from the event loop. Plain data in, plain data out; an abort ends the thread. */
export interface ComputeTasks {
  trainAutoencoder(input: TrainInput, events: TaskEvents): Promise<TrainingResult>;
  encode(input: { model: Autoencoder; input: Matrix }): Promise<{ latent: Matrix; errors: Float64Array }>;
  chooseDensitySettings(input: SettingsRequest, events: TaskEvents): Promise<SettingsChoice>;
  clusterSpace(input: ClusterSpaceRequest, events: TaskEvents): Promise<ClusteredSpace>;
  clusterByMixture(input: MixtureRequest, events: TaskEvents): Promise<MixtureClusters>;
  identifyRun(input: IdentifyRequest): Promise<IdentifiedRetailers>;
  scoreRetailers(input: ScoreRequest): Promise<ScoredRetailers>;
  drawReport(input: RunContent): Promise<DrawnReport>;
  assessStructure(input: StructureRequest, events: TaskEvents): Promise<StructureTest>;
  attributeModels(input: AttributionRequest): Promise<ChangeAttribution | null>;
}

export const computeTasks: ComputeTasks = {
  async trainAutoencoder({ checkpoint, ...request }, { onProgress, onCheckpoint }) {
    const { config } = request;
    const total = request.initial === undefined ? config.coldEpochs : config.warmEpochs;
    let lastCheckpoint = performance.now();
    return await trainAutoencoder({
      ...request,
      resume: checkpoint === undefined ? undefined : decodeCheckpoint(checkpoint),
      onEpoch({ epoch }, current) {
        onProgress({ phase: 'epoch', done: epoch, total });
        const now = performance.now();
        if (now - lastCheckpoint < checkpointMilliseconds) return;
        lastCheckpoint = now;
        onCheckpoint(encodeCheckpoint(current()));
      },
    });
  },
  encode: async ({ model, input }) => ({
    latent: encode(model, input),
    errors: reconstructionErrors(model, input),
  }),
  chooseDensitySettings: (input, { onProgress }) => chooseDensitySettings(input, onProgress),
  clusterSpace: (input, { onProgress }) => clusterSpace(input, onProgress),
  clusterByMixture: async (input, { onProgress }) => clusterByMixture(input, onProgress),
  identifyRun: async (input) => identifyRun(input),
  scoreRetailers: async (input) => scoreRetailers(input),
  // The chart library is loaded by the threads that draw, not by those that compute.
  drawReport: async (input) => (await import('../shared/report/draw-report.js')).drawReport(input),
  assessStructure: (input, { onProgress }) => assessStructure(input, onProgress),
  attributeModels: async (input) => attributeModels(input),
};
