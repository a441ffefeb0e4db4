/**
 * What a classifier that is told the truth reaches on the same features: linear and regularised quadratic discriminants
 * by five-fold cross-validation on the retailers with a behaviour; the better of them.
 */
import { adjustedRandIndex } from '../../dist/shared/stability/adjusted-rand-index.js';
import { contingency } from '../../dist/shared/stability/contingency.js';
import {
  emptyStatistics,
  addRow,
  maximise,
} from '../../dist/shared/clustering/mixture/sufficient-statistics.js';
import { mixturePosterior } from '../../dist/shared/clustering/mixture/predict-mixture.js';
import { gatherRows } from '../../dist/shared/numeric/matrix.js';

const folds = 5;

export function supervisedAri(scaled, truth) {
  const rows = [...truth.keys()].filter((i) => truth[i] >= 0);
  const classes = [...new Set(rows.map((i) => truth[i]))].sort((a, b) => a - b);
  let best = -1;
  for (const shrinkage of [1, 0.3, 0.1]) {
    const predicted = new Int32Array(rows.length);
    for (let fold = 0; fold < folds; fold++) {
      const own = [...rows.keys()].filter((at) => at % folds === fold);
      const statistics = emptyStatistics(
        'full',
        new Float64Array(classes.length * scaled.columns),
        scaled.columns,
      );
      const scratch = new Float64Array(scaled.columns);
      rows.forEach((i, at) => {
        if (at % folds === fold) return;
        addRow(statistics, classes.indexOf(truth[i]), scaled.data, i * scaled.columns, 1, scratch);
      });
      const model = maximise(statistics, 0.01, shrinkage);
      const { posterior } = mixturePosterior(
        model,
        gatherRows(
          scaled,
          own.map((at) => rows[at]),
        ),
      );
      own.forEach((at, r) => {
        const row = posterior.data.subarray(r * classes.length, (r + 1) * classes.length);
        predicted[at] = row.indexOf(Math.max(...row));
      });
    }
    best = Math.max(
      best,
      adjustedRandIndex(
        contingency(
          Int32Array.from(rows, (i) => classes.indexOf(truth[i])),
          predicted,
        ),
      ),
    );
  }
  return best;
}
