import { HttpProblem } from './problem.js';

/**
 * Lets `atOnce` pieces of work run and `waiting` more wait their turn; whoever comes beyond that is told to come back,
 * since a queue without end only makes everybody wait.
 */
export function limitConcurrency(atOnce: number, waiting: number): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0;
  const queue: (() => void)[] = [];
  return async (work) => {
    if (running >= atOnce) {
      if (queue.length >= waiting)
        throw new HttpProblem(
          503,
          'The server is busy',
          `${running} requests run and ${queue.length} wait`,
          2,
        );
      await new Promise<void>((resolve) => queue.push(resolve));
    } else running++;
    try {
      return await work();
    } finally {
      const next = queue.shift();
      if (next === undefined) running--;
      else next();
    }
  };
}
