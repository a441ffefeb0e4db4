import { type EpochLoss } from '../autoencoder/loss-csv.js';
import { lossChart } from './charts/loss-chart.js';
import { pngFontFamily, renderPng } from './charts/render-png.js';

/** `loss-plot.png`: training and validation loss by epoch, the kept epoch (from 1) marked. */
export function lossPlotPng(losses: readonly EpochLoss[], bestEpoch: number): Uint8Array {
  return renderPng(lossChart(losses, bestEpoch, { fontFamily: pngFontFamily }));
}
