/**
 * What differs between the SQL of one engine and another, as far as refusals, eligibility and features need it. Everything else
 * that they are written in, every engine here understands.
 */
export interface SqlDialect {
  /** Names of types: an integer that holds months and counts, a 64-bit floating-point number, and text of any length. */
  readonly integer: string;
  readonly double: string;
  readonly text: string;
  /** Sum whose result depends on the set of values alone, not on the order in which they come. */
  sum(expression: string): string;
  /** The same of quantities and values, in fixed point with nine decimals. */
  sumOfQuantities(expression: string): string;
  /** Median; the mean of the two middle values where their number is even; NULL without values. */
  median(expression: string): string;
  /** True where a number is no number, or no finite one. */
  isNaN(number: string): string;
  isInfinite(number: string): string;
  /** True where a text is nothing but spaces. */
  isBlank(text: string): string;
  /** True where a part of the text matches a regular expression, in the syntax that RE2 and POSIX share, with `\x1f` and `\n` for control characters. */
  matches(text: string, pattern: string): string;
  /** A text as a number; NULL where it is none. */
  number(text: string): string;
}
