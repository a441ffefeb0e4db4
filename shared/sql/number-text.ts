/**
 * What DuckDB reads as a number, underscores apart: warehouses read more (`0x10`) or less, and a run must refuse the same
 * rows wherever they are judged. One beyond the largest number counts as infinite.
 */
const space = '[ \\x09-\\x0d]*';
export const decimalPattern = `^${space}[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?${space}$`;
export const infinityPattern = `^${space}[+-]?([iI][nN][fF]([iI][nN][iI][tT][yY])?|[nN][aA][nN])${space}$`;

/** The separators of Unicode's class Zs: what DuckDB trims. As they stand in a literal of any warehouse here. */
export const spaces =
  ' \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000';
