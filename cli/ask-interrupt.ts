import { createInterface } from 'node:readline';

export type InterruptChoice = 'cancel' | 'detach' | 'go on';

/** Whether somebody sits there who can be asked. */
export function isTerminal(): boolean {
  return process.stdin.isTTY && process.stderr.isTTY;
}

/**
 * Asks on the terminal what Ctrl-C was meant for. Another Ctrl-C ends the process there and then; once `signal` aborts there is
 * nothing to ask any more.
 */
export function askInterrupt(signal: AbortSignal): Promise<InterruptChoice> {
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  return new Promise((resolve) => {
    const done = (choice: InterruptChoice): void => {
      resolve(choice);
      reader.close();
    };
    reader.once('SIGINT', () => {
      reader.close();
      process.exit(130);
    });
    signal.addEventListener('abort', () => reader.close(), { once: true });
    // Ctrl-D, a terminal that is gone, or nothing to ask about.
    reader.once('close', () => resolve('go on'));
    const ask = (): void =>
      reader.question(
        '\n(c)ancel the workflow, (d)etach and leave it running, or Enter to go on? ',
        (answer) => {
          const first = answer.trim().toLowerCase().slice(0, 1);
          if (first === 'c') done('cancel');
          else if (first === 'd') done('detach');
          else if (first === '') done('go on');
          else ask();
        },
      );
    ask();
  });
}
