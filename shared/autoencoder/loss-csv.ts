/** The losses of one epoch (from 1), each a mean squared error a scaled feature. */
export interface EpochLoss {
  readonly epoch: number;
  /** On noisy input, each batch before its update. */
  readonly train: number;
  /** On the retailers held out, without noise, after the epoch; null where nobody is held out. */
  readonly validation: number | null;
}

/** `epoch,train,validation`, a line an epoch, every digit kept; an absent validation loss is empty. */
export function lossCsv(losses: readonly EpochLoss[]): string {
  const lines = losses.map(({ epoch, train, validation }) => `${epoch},${train},${validation ?? ''}\n`);
  return `epoch,train,validation\n${lines.join('')}`;
}
