/** The command ended before its workflow did, since a person wanted it so. What there is to say was said by then. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';

  constructor(
    readonly outcome: 'cancelled' | 'detached',
    readonly workflowId: string,
  ) {
    super(`${workflowId} ${outcome}`);
  }
}
