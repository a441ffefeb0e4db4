const names = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

/** The months of the calendar, January first; `suffix` is how feature names end. */
export const calendarMonths = names.map((name, index) => ({
  number: index + 1,
  suffix: String(index + 1).padStart(2, '0'),
  name,
}));
