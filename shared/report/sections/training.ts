import { lossChart } from '../charts/loss-chart.js';
import { figure, formatDecimal } from '../figures.js';
import { html, type Html } from '../html.js';
import { type ReportInput } from '../report-input.js';
import { chartFigure } from './chart-figure.js';

/** How the autoencoder was trained. */
export function trainingSection({ training }: ReportInput): Html {
  const { losses, bestEpoch, epochs } = training;
  const four = (value: number): string => formatDecimal(value, 4);
  const draw = (size: { width: number; height: number }): string => lossChart(losses, bestEpoch, { size });
  const text = `Loss by epoch: training from ${four(losses[0]?.train ?? 0)} to ${four(losses.at(-1)?.train ?? 0)}; the weights of epoch ${bestEpoch} are kept`;
  const narrow = draw({ width: 342, height: 240 }).replaceAll('loss-', 'loss-narrow-');
  return html`<section id="training" aria-labelledby="training-title">
    <h2 id="training-title">Training</h2>
    <p class="lead">
      ${training.warm ? "Started from the previous run's weights" : 'Started from seeded weights'}; ${epochs}
      epochs with ${training.backend}, the weights of epoch ${figure('training.bestEpoch', bestEpoch, String)}
      kept.
    </p>
    ${
      losses.length > 0 &&
      html`${chartFigure(draw({ width: 1000, height: 300 }), text, 'wide')}${chartFigure(narrow, text, 'narrow')}`
    }
    <dl class="facts row">
      <div class="fact">
        <dt>Training loss</dt>
        <dd>${figure('training.trainLoss', training.trainLoss, four)}</dd>
      </div>
      <div class="fact">
        <dt>Validation loss</dt>
        <dd>${figure('training.validationLoss', training.validationLoss, four)}</dd>
      </div>
      ${
        training.meanReconstructionError !== undefined &&
        html`<div class="fact">
          <dt>Mean reconstruction error</dt>
          <dd>${figure('training.reconstruction', training.meanReconstructionError, four)}</dd>
        </div>`
      }
    </dl>
    <p class="note">
      Mean squared error a scaled feature. Training loss is taken on noisy input, validation loss on clean
      input of retailers held out, and so may lie below it.
    </p>
  </section>`;
}
