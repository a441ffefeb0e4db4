import { type ReportedFigures } from '../shared/report/content/report-content.js';
import { writeTable } from './parquet-io.js';
import { readReportContent } from './report-content.js';
import { openRunFolder } from './run-folder.js';
import { type Stage } from './stage-of.js';

/** The run on one page, and its map as a picture: what people look at first. */
export const report: Stage<'report'> = async (tools, { run, files, findings, gate }) => {
  const folder = openRunFolder(tools, run, files);
  const { ingest, eligibility, scale, train, encode, identify, compare } = findings;
  const sales = files['sales.parquet'];
  const figures: ReportedFigures = {
    asOf: run.asOf,
    gate: { verdict: gate.verdict, reasons: gate.reasons },
    method: { name: identify.method, reasons: identify.methodReasons },
    structure: {
      segments: identify.metrics,
      latent: findings.latent.metrics,
      mixture: findings.mixture.metrics,
      raw: findings.raw?.metrics ?? null,
      controls: { pca: findings.controls.pca, untrained: findings.controls.untrained },
    },
    keptBySpace: compare.keptBySpace,
    ingest: ingest.counts,
    ...(ingest.leftWarehouse && {
      leftWarehouse: { rejectedKept: ingest.leftWarehouse.rejectedKept },
    }),
    eligibility: {
      retailers: eligibility.retailers,
      eligible: eligibility.eligible,
      failed: eligibility.failed,
    },
    features: { missing: scale.missing, leftOut: scale.leftOut },
    ...(sales && { sales: { rows: sales.rows, sha256: sales.sha256 } }),
    training: {
      backend: train.backend,
      epochs: train.epochs,
      bestEpoch: train.bestEpoch,
      warm: train.warm,
      trainLoss: train.trainLoss,
      validationLoss: train.validationLoss,
      meanReconstructionError: encode.meanReconstructionError,
    },
  };
  const content = await readReportContent(tools, run, folder, figures, findings.previous);
  tools.onProgress({ phase: 'drawing', done: 0, total: 1 });
  const { html, mapPng, placed } = await tools.compute.run('drawReport', content, tools);
  const map = await writeTable(tools, folder, 'stages/map.parquet', [
    { name: 'shop_id', type: 'text', values: placed.shopIds },
    { name: 'x', type: 'double', values: placed.x },
    { name: 'y', type: 'double', values: placed.y },
  ]);
  return {
    files: {
      'stages/map.parquet': map,
      'segment-map.png': await folder.write('segment-map.png', mapPng),
      'report.html': await folder.write('report.html', html),
    },
    detail: `${Math.ceil(Buffer.byteLength(html) / 1024)} KB`,
  };
};
