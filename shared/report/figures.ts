import { calendarMonths } from '../features/calendar-months.js';
import { html, type Html } from './html.js';

/** January first. */
export const monthLetters = calendarMonths.map(({ name }) => name.slice(0, 1));

/** `2017-11` → `November 2017`. */
export function monthInWords(asOf: string): string {
  const month = calendarMonths[Number(asOf.slice(5, 7)) - 1];
  return month === undefined ? asOf : `${month.name} ${asOf.slice(0, 4)}`;
}

export function monthName(index: number): string {
  return calendarMonths[index]!.name;
}

/** 60000 → `60,000`. */
export function formatCount(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** 412 → `+412`, −3 → `−3`, 0 → `0`. */
export function formatChange(value: number): string {
  return value > 0 ? `+${formatCount(value)}` : value < 0 ? `−${formatCount(-value)}` : '0';
}

/** 0.0612 → `6.1%`. All and nothing are said only of what is: 0.996 in whole percents is `99.6%`, not `100%`. */
export function formatShare(value: number, digits = 1): string {
  const text = (value * 100).toFixed(digits);
  const extreme = (Number(text) === 100 && value < 1) || (Number(text) === 0 && value > 0);
  return `${extreme && digits === 0 ? (value * 100).toFixed(1) : text}%`;
}

/** A signed number with a true minus. */
export function formatSigned(value: number, digits = 2): string {
  const text = Math.abs(value).toFixed(digits);
  return Number(text) === 0 ? text : `${value < 0 ? '−' : '+'}${text}`;
}

export function formatDecimal(value: number, digits = 2): string {
  return value.toFixed(digits).replace('-', '−');
}

/** 83.2 s → `1 min 23 s`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/**
 * A figure as people read it, with its exact value beside it for machines; `name` finds it in the page. A missing
 * value is a dash.
 */
export function figure(
  name: string,
  value: number | null | undefined,
  format: (value: number) => string,
): Html {
  if (value === null || value === undefined) return html`<span data-figure="${name}">–</span>`;
  return html`<data data-figure="${name}" value="${value}">${format(value)}</data>`;
}
