import { outside } from '../stability/transition-matrix.js';
import { type ColourToken, segmentColours } from './palette.js';
import { type ReportInput } from './report-input.js';

/** How the report speaks of segments and other states: one name and one colour each, everywhere. */
export interface ReportNames {
  /** "Steady core"; the ID where a segment has no name. */
  name(state: string): string;
  /** "S01 · Steady core". */
  full(state: string): string;
  colour(state: string): ColourToken;
}

const outsideNames: Readonly<Record<string, string>> = {
  [outside.noise]: 'no segment',
  [outside.absent]: 'not in that run',
};

export function reportNames(
  input: Pick<ReportInput, 'segments' | 'comparison' | 'formerNames'>,
): ReportNames {
  const names = new Map<string, string>(Object.entries(input.formerNames ?? {}));
  for (const { id, name } of input.segments) names.set(id, name);
  const known = [...(input.comparison?.segments ?? []).map(({ segmentId }) => segmentId)];
  const colours = segmentColours([...input.segments.map(({ id }) => id), ...known]);
  const name = (state: string): string => outsideNames[state] ?? names.get(state) ?? state;
  return {
    name,
    full: (state) =>
      name(state) === state || state in outsideNames ? name(state) : `${state} · ${name(state)}`,
    colour: (state) => colours.get(state) ?? 'noise',
  };
}
