/** Exit codes of `segments`, as documented in docs/cli.md. */
export const exitCodes = {
  done: 0,
  /** The workflow ran and failed. */
  failed: 1,
  /** Flags, config file or input are wrong; nothing was started. */
  usage: 2,
  /** No Temporal server, or no store, can be reached. */
  unavailable: 69,
  /** A defect in this product. */
  internal: 70,
  /** Ctrl-C; the workflow was cancelled, or left running. */
  interrupted: 130,
} as const;
