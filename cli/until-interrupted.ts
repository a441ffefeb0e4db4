/** Resolves on the first SIGINT or SIGTERM. A second one ends the process at once. */
export function untilInterrupted(): Promise<void> {
  return new Promise((resolve) => {
    let once = false;
    const handler = (): void => {
      if (once) process.exit(130);
      once = true;
      resolve();
    };
    process.on('SIGINT', handler).on('SIGTERM', handler);
  });
}
