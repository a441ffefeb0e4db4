import { type z } from 'zod';
import { type ErrorCode, SegmentsError } from '../errors.js';

function found(input: unknown, path: readonly PropertyKey[]): string {
  let value: unknown = input;
  for (const key of path) value = (value as Record<PropertyKey, unknown> | null | undefined)?.[key];
  const text = JSON.stringify(value);
  if (text === undefined) return 'nothing';
  // An address may carry user and password: whatever it was given for, they are not said.
  const shown = text.replace(/(\/\/)[^/?#"@]*@/g, '$1…@');
  return shown.length > 80 ? `${shown.slice(0, 77)}…` : shown;
}

/**
 * Parses `input`, or throws one error that lists every problem, each with its field, what was found and
 * what is expected.
 */
export function validate<S extends z.ZodType>(
  schema: S,
  input: unknown,
  what: { code: ErrorCode; where: string; remedy: string },
): z.output<S> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => {
    const field = issue.path.length === 0 ? what.where : issue.path.map(String).join('.');
    return `${field}: found ${found(input, issue.path)}; ${issue.message}`;
  });
  const count = `${problems.length} problem${problems.length === 1 ? '' : 's'}`;
  throw new SegmentsError(what.code, `${what.where} has ${count}: ${problems.join(' | ')}`, {
    where: what.where,
    remedy: what.remedy,
    problems,
  });
}
