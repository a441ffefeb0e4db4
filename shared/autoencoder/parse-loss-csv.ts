import { SegmentsError } from '../errors.js';
import { type EpochLoss } from './loss-csv.js';

/** Reads what `lossCsv` wrote, by the names in its header. @throws SegmentsError ArtifactCorrupt */
export function parseLossCsv(text: string): EpochLoss[] {
  const [header = '', ...lines] = text.trimEnd().split('\n');
  const names = header.split(',');
  const [epoch, train, validation] = ['epoch', 'train', 'validation'].map((name) => names.indexOf(name));
  return lines.map((line, i) => {
    const cells = line.split(',');
    const value = (column: number | undefined): number => Number(cells[column ?? -1] || NaN);
    const loss = { epoch: value(epoch), train: value(train), validation: value(validation) };
    if (!Number.isInteger(loss.epoch) || Number.isNaN(loss.train)) {
      throw new SegmentsError(
        'ArtifactCorrupt',
        `loss.csv line ${i + 2}: found ${line}; expected ${header}`,
        {
          where: 'loss.csv',
          remedy: 'Run that month again: the file is not repaired.',
        },
      );
    }
    return { ...loss, validation: Number.isNaN(loss.validation) ? null : loss.validation };
  });
}
