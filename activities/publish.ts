import { type Manifest, manifestSchema, manifestVersion } from '../shared/artifacts/manifest.js';
import { type IndexEntry, moveChampion, recordRun } from '../shared/artifacts/run-index.js';
import { type RunSummary } from '../shared/contracts/run-summary.js';
import { openRunFolder } from './run-folder.js';
import { type Stage } from './stage-of.js';
import { sortedFiles, summariseRun } from './summarise-run.js';

/**
 * Writes the manifest, which makes the run a finished one, then the index, then moves the champion pointer. Each step
 * may be repeated: after a lost worker the next attempt ends in the same state.
 */
export const publish: Stage<'publish'> = async (tools, input) => {
  const { run, source, files, findings, gate, timings } = input;
  const folder = openRunFolder(tools, run, files);
  const { ingest, eligibility, scale, train, identify, previous } = findings;
  const published = input.publish && gate.verdict !== 'held';
  const summary = summariseRun(run, findings, gate);
  const manifest: Manifest = manifestSchema.parse({
    version: manifestVersion,
    runId: run.runId,
    asOf: run.asOf,
    source,
    fingerprint: ingest.fingerprint,
    ingest: ingest.counts,
    ...(ingest.leftWarehouse && { leftWarehouse: ingest.leftWarehouse }),
    eligibility: {
      retailers: eligibility.retailers,
      eligible: eligibility.eligible,
      failed: eligibility.failed,
    },
    features: { missing: scale.missing, leftOut: [...scale.leftOut] },
    training: {
      backend: train.backend,
      epochs: train.epochs,
      bestEpoch: train.bestEpoch,
      warm: train.warm,
      trainLoss: train.trainLoss,
      validationLoss: train.validationLoss,
    },
    method: { name: identify.method, reasons: [...identify.methodReasons] },
    structureTest: identify.structureTest,
    seeds: { run: run.config.seed },
    config: run.config,
    codeVersion: tools.codeVersion,
    comparedWith: previous === undefined ? null : { runId: previous.runId, asOf: previous.asOf },
    summary: { ...summary, champion: false },
    files: sortedFiles(files),
    // This stage is still running, and what comes after it is no part of the run: their times would differ between attempts.
    timings: timings.filter(({ state }) => state !== 'running' && state !== 'pending'),
  } satisfies Manifest);
  const reference = await folder.write('manifest.json', `${JSON.stringify(manifest, null, 2)}\n`);

  const entry: IndexEntry = {
    runId: run.runId,
    asOf: run.asOf,
    verdict: gate.verdict,
    published,
    finishedAt: Math.max(...timings.map(({ finishedAt }) => finishedAt ?? 0)),
    manifest: reference,
    metrics: {
      segments: summary.segments.clusters,
      noise: summary.segments.noise,
      largestShare: summary.segments.largestShare,
      shareKept: summary.shareKept,
    },
  };
  const store = tools.openStore(run.store);
  if (input.publish) await recordRun(store, entry);
  const champion = published && (await moveChampion(store, entry));
  const answer: RunSummary = { ...summary, champion };
  return {
    files: { 'manifest.json': reference },
    champion,
    published,
    finishedAt: entry.finishedAt,
    summary: answer,
    detail: champion ? 'champion' : published ? 'published; a later month is champion' : gate.verdict,
  };
};
