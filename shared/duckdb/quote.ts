/** A name as an SQL identifier, whatever it holds. */
export function quoteIdentifier(name: string): string {
  return `"${withoutNul(name).replaceAll('"', '""')}"`;
}

/** A text as an SQL literal: for places where SQL takes no parameter, such as the file of a COPY. */
export function quoteLiteral(text: string): string {
  return `'${withoutNul(text).replaceAll("'", "''")}'`;
}

/** SQL's text ends at a NUL; no name or path holds one. */
function withoutNul(text: string): string {
  if (text.includes('\0')) throw new RangeError('An SQL name or literal cannot hold a NUL character.');
  return text;
}
