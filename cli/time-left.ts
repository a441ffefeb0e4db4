import { type Progress } from '../shared/progress.js';

/** How far a phase was, and when, in milliseconds. */
export interface Seen {
  readonly done: number;
  readonly at: number;
}

/** Before so many milliseconds a pace says nothing. */
const leastWatched = 2000;

/**
 * Seconds that a phase still takes at the pace seen since `first`; undefined where its end is unknown, nothing was done since, or
 * too little time has passed to tell.
 */
export function secondsLeft(first: Seen, { done, total }: Progress, at: number): number | undefined {
  const watched = at - first.at;
  if (total === undefined || done <= first.done || watched < leastWatched) return undefined;
  return (Math.max(0, total - done) * watched) / (done - first.done) / 1000;
}

/** "40 s left", "3 min left". */
export function inWords(seconds: number): string {
  return seconds < 90 ? `${Math.ceil(seconds)} s left` : `${Math.round(seconds / 60)} min left`;
}
