/** How far a piece of work is. Reported often; a receiver throttles as it likes. */
export interface Progress {
  /** What is being done now, in the words of the stage: "epoch", "core distances". */
  readonly phase: string;
  /** Units done, and in all where that is known. */
  readonly done: number;
  readonly total?: number;
}

export type OnProgress = (progress: Progress) => void;
