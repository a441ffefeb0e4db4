import { setImmediate } from 'node:timers/promises';
import { type Config } from '../contracts/config.js';
import { SegmentsError } from '../errors.js';
import { type Matrix } from '../numeric/matrix.js';
import { freshState, type OptimiserState } from './adam.js';
import { type AutoencoderShape } from './architecture.js';
import { type Autoencoder, roundToFloat32 } from './autoencoder.js';
import { selectBackend } from './backends/select-backend.js';
import { epochBatches } from './batches.js';
import { checkInput } from './check-input.js';
import { type TrainingCheckpoint } from './checkpoint.js';
import { trainingFingerprint } from './fingerprint.js';
import { type EpochLoss } from './loss-csv.js';
import { anchored } from './anchored.js';
import { startingPoint } from './starting-point.js';
import { splitTrainingSet } from './training-set.js';

export interface TrainingRequest {
  /** Scaled features, retailers × features. */
  readonly input: Matrix;
  /** The retailer of each row; the rows' order has no influence. */
  readonly shopIds: readonly string[];
  readonly featureNames: readonly string[];
  readonly config: Config['autoencoder'];
  readonly seed: number;
  /** Start from these weights, where their shape and features fit. */
  readonly initial?: Autoencoder | undefined;
  /** Go on after a checkpoint of the same training. */
  readonly resume?: TrainingCheckpoint | undefined;
  /** After each epoch of this call. `checkpoint` may be called at any time, or not at all. */
  readonly onEpoch?: ((loss: EpochLoss, checkpoint: () => TrainingCheckpoint) => void) | undefined;
  /** Looked at between epochs; training then throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

export interface TrainingResult {
  readonly model: Autoencoder;
  /** Every epoch's, those before a resumed checkpoint included. */
  readonly losses: readonly EpochLoss[];
  /** The epoch whose weights the model has. */
  readonly bestEpoch: number;
  readonly warm: boolean;
  /** Why `initial` was not used, where it was given and was not. */
  readonly coldReason: string | undefined;
}

/** What early stopping watches: the validation loss, or where nobody is held out the training loss. */
function watched({ train, validation }: EpochLoss): number {
  return validation ?? train;
}

function checkConverging(loss: EpochLoss, { parameters }: OptimiserState, learningRate: number): void {
  if (
    Number.isFinite(loss.train) &&
    Number.isFinite(watched(loss)) &&
    roundToFloat32(parameters).every(Number.isFinite)
  ) {
    return;
  }
  throw new SegmentsError(
    'TrainingDiverged',
    `epoch ${loss.epoch}: training loss ${loss.train}, validation loss ${loss.validation ?? 'not taken'}, ` +
      `with learning rate ${learningRate}; losses and weights must stay finite`,
    {
      where: 'autoencoder.learningRate',
      remedy: `Lower autoencoder.learningRate (try ${learningRate / 10}), and see that the input is scaled and clipped.`,
    },
  );
}

function checkResumable(resume: TrainingCheckpoint, fingerprint: string): void {
  if (resume.fingerprint === fingerprint) return;
  throw new SegmentsError(
    'ArtifactCorrupt',
    `the checkpoint (epoch ${resume.losses.length}) is of training ${resume.fingerprint.slice(0, 12)}, ` +
      `this one is ${fingerprint.slice(0, 12)}: data, config, seed or starting weights differ`,
    { where: 'training checkpoint', remedy: 'Train from the beginning: leave the checkpoint out.' },
  );
}

/**
 * Trains a denoising autoencoder (Vincent et al. 2008) to the least validation loss, and returns its weights rounded
 * to float32. A warm start is held near the weights that it begins with, by `autoencoder.anchor`. Same bytes for the same
 * retailers, config, seed, starting weights and backend, whatever the order of rows and however often it was interrupted.
 *
 * Throws InvalidMatrix, TooFewRetailers, BackendUnavailable, TrainingDiverged; ArtifactCorrupt for a checkpoint
 * of another training.
 */
export async function trainAutoencoder(request: TrainingRequest): Promise<TrainingResult> {
  const { input, shopIds, featureNames, config, seed, resume, onEpoch, signal } = request;
  checkInput(input, featureNames, shopIds);
  const shape: AutoencoderShape = {
    inputWidth: input.columns,
    hiddenWidth: config.hiddenWidth,
    latentWidth: config.latentWidth,
  };
  const set = splitTrainingSet(input, shopIds, config.validationShare);
  const start = startingPoint(shape, featureNames, config, seed, request.initial);
  const fingerprint = trainingFingerprint(set, featureNames, config, seed, start.parameters, start.warm);
  if (resume !== undefined) checkResumable(resume, fingerprint);

  const { learningRate, noiseSd, patience, anchor } = config;
  const epochs = start.warm ? config.warmEpochs : config.coldEpochs;
  const batchSize = Math.min(config.batchSize, input.rows);
  const losses: EpochLoss[] = [...(resume?.losses ?? [])];
  let state = resume?.state ?? freshState(start.parameters);
  let best = resume?.best;

  const trainer = await selectBackend(config.backend).createTrainer({ shape, learningRate, batchSize });
  try {
    while (losses.length < epochs && (best === undefined || losses.length - best.epoch < patience)) {
      // Lets an abort, and whoever reports progress, have its turn.
      await setImmediate();
      signal?.throwIfAborted();
      const epoch = losses.length + 1;
      const moved = await trainer.trainEpoch(
        state,
        epochBatches(set.training, epoch, { batchSize, noiseSd, seed }),
      );
      const trained = start.warm
        ? { ...moved, state: anchored(moved.state, start.parameters, anchor) }
        : moved;
      const validation =
        set.validation.rows === 0 ? null : await trainer.evaluate(trained.state.parameters, set.validation);
      const loss: EpochLoss = { epoch, train: trained.loss, validation };
      checkConverging(loss, trained.state, learningRate);
      state = trained.state;
      losses.push(loss);
      if (best === undefined || watched(loss) < watched(losses[best.epoch - 1]!)) {
        best = { epoch, parameters: state.parameters };
      }
      const checkpoint: TrainingCheckpoint = { fingerprint, state, best, losses: losses.slice() };
      onEpoch?.(loss, () => checkpoint);
    }
  } finally {
    trainer.dispose();
  }
  const { epoch: bestEpoch, parameters } = best!;
  const model: Autoencoder = {
    shape,
    parameters: roundToFloat32(parameters),
    featureNames: [...featureNames],
  };
  return { model, losses, bestEpoch, warm: start.warm, coldReason: start.coldReason };
}
