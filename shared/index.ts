/** What a client of the workflows needs: their inputs and results, decisions, configuration, errors. */
export {
  backfillInputSchema,
  type BackfillInput,
  type BackfillRequest,
  type BackfillRow,
  rescoreInputSchema,
  type RescoreInput,
  type RescoreRequest,
  retrainInputSchema,
  type RetrainInput,
  type RetrainRequest,
  type SalesRow,
} from './contracts/workflow-inputs.js';
export { configSchema, type Config, type ConfigInput } from './contracts/config.js';
export { type Source } from './contracts/source.js';
export { type Sink, type Tracking } from './contracts/sink.js';
export { type RunSummary } from './contracts/run-summary.js';
export { type RescoreSummary, type SegmentsAnswer } from './contracts/rescore-summary.js';
export { type Decision, type DecisionRequest, type DecisionResult } from './contracts/decision.js';
export { type BackfillProgress, type RunProgress } from './contracts/stage.js';
export { errorCodes, type ErrorCode, SegmentsError } from './errors.js';
