/** The innermost error: engines wrap an activity's error in two or three of their own. */
export function rootError(error: unknown): unknown {
  let current = error;
  while (current instanceof Error && current.cause instanceof Error) current = current.cause;
  return current;
}

/** The innermost message. */
export function rootMessage(error: unknown): string {
  const root = rootError(error);
  return root instanceof Error ? root.message : String(root);
}

/** The code of the error behind `error`, whether it is ours or carried by Temporal as a failure's type. */
export function rootCode(error: unknown): unknown {
  const root = rootError(error) as { code?: unknown; type?: unknown } | null | undefined;
  return root?.code ?? root?.type;
}
