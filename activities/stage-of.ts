import { type StageActivities } from '../shared/contracts/stage-activities.js';
import { type StageWork } from './stage-tools.js';

/** The work of one stage, typed by the contract that workflows see. */
export type Stage<S extends keyof StageActivities> = StageWork<
  Parameters<StageActivities[S]>[0],
  Awaited<ReturnType<StageActivities[S]>>
>;
