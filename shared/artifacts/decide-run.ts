import {
  type Decision,
  type DecisionOutcome,
  type DecisionRequest,
  type DecisionResult,
  decisionSchema,
} from '../contracts/decision.js';
import { validate } from '../contracts/validate.js';
import { SegmentsError } from '../errors.js';
import { parseManifest, readManifest } from './manifest.js';
import { findRun, type IndexEntry, moveChampion, readChampion, recordRun } from './run-index.js';
import { type ArtifactStore } from './store.js';

const decisionKey = (runId: string): string => `runs/${runId}/decision.json`;

export interface RunDecision extends DecisionRequest {
  readonly outcome: DecisionOutcome;
  /** Milliseconds since 1970. */
  readonly decidedAt: number;
}

/** The decision on a run, or undefined while there is none. */
export async function readDecision(store: ArtifactStore, runId: string): Promise<Decision | undefined> {
  const key = decisionKey(runId);
  const found = await store.read(key);
  if (found === undefined) return undefined;
  const where = `${store.uri}/${key}`;
  const what = { code: 'ArtifactCorrupt' as const, where, remedy: 'Restore the object from a backup.' };
  let content: unknown;
  try {
    content = JSON.parse(new TextDecoder().decode(found.bytes));
  } catch (error) {
    throw new SegmentsError('ArtifactCorrupt', `${where} is not JSON: ${(error as Error).message}`, what);
  }
  return validate(decisionSchema, content, what);
}

/**
 * Decides on a held run. The first decision stands: it is written where there is none, then the index takes it over, then
 * an approved run becomes champion unless a later run is. Each step may be repeated, by anybody: a decision whose
 * maker died half-way is carried through before the next one is refused.
 * @throws SegmentsError RunNotFound, NotHeld, AlreadyDecided
 */
export async function decideRun(
  store: ArtifactStore,
  runId: string,
  { outcome, by, reason, decidedAt }: RunDecision,
): Promise<DecisionResult> {
  const entry = await heldRun(store, runId);
  const wished: Decision = {
    version: 1,
    runId,
    asOf: entry.asOf,
    outcome,
    by,
    reason,
    decidedAt,
    manifest: entry.manifest.sha256,
  };
  const bytes = new TextEncoder().encode(`${JSON.stringify(wished, null, 2)}\n`);
  await store.swap(decisionKey(runId), bytes, undefined);
  const decision = (await readDecision(store, runId))!;
  const result = await carryThrough(store, entry, decision);
  if (decision.outcome === outcome && decision.by === by && decision.reason === reason) return result;
  throw new SegmentsError(
    'AlreadyDecided',
    `run ${runId} of ${entry.asOf} was ${decision.outcome} by ${decision.by} on ${new Date(decision.decidedAt).toISOString()}: ${decision.reason}`,
    {
      where: `${store.uri}/${decisionKey(runId)}`,
      remedy: 'A decision stands. To come to another result, run that month again.',
    },
  );
}

/** Makes index and champion pointer agree with a decision that is written. */
async function carryThrough(
  store: ArtifactStore,
  entry: IndexEntry,
  decision: Decision,
): Promise<DecisionResult> {
  const { outcome, by, decidedAt } = decision;
  const approved = outcome === 'approved';
  const decided: IndexEntry = { ...entry, published: approved, decision: { outcome, by, decidedAt } };
  await recordRun(store, decided);
  const champion = approved && (await moveChampion(store, decided));
  const now = await readChampion(store);
  return {
    decision,
    champion,
    championNow: now === undefined ? null : { runId: now.runId, asOf: now.asOf },
  };
}

async function heldRun(store: ArtifactStore, runId: string): Promise<IndexEntry> {
  const { asOf, summary } = await readManifest(store, runId);
  const entry = await findRun(store, asOf, runId);
  if (entry?.verdict === 'held') {
    // What is decided on must be what the index speaks of.
    parseManifest(await store.fetchBytes(entry.manifest), entry.manifest.uri);
    return entry;
  }
  throw new SegmentsError(
    'NotHeld',
    entry === undefined
      ? `run ${runId} of ${asOf} is not in the index: it was asked not to publish`
      : `run ${runId} of ${asOf} has the verdict ${summary.verdict}; only a held run waits for a decision`,
    { where: runId, remedy: 'segments runs list shows which runs are held.' },
  );
}
