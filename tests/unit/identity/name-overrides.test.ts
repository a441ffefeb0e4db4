import { expect, test } from 'vitest';
import { overrideNames, parseNameOverrides } from '../../../shared/identity/name-overrides.js';
import { type SegmentRegistry } from '../../../shared/identity/segment-registry.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const registry: SegmentRegistry = {
  version: 1,
  next: 3,
  segments: [
    { id: 'S01', name: 'summer peak', bornAsOf: '2023-01' },
    { id: 'S02', bornAsOf: '2023-01' },
  ],
};

test('a name that a person gave wins over the one made, and others stay', () => {
  const names = parseNameOverrides(bytes('{ "S01": " Beach kiosks ", "S09": "nobody" }'));
  expect(overrideNames(registry, names).segments.map(({ name }) => name)).toEqual([
    'Beach kiosks',
    undefined,
  ]);
});

test.each([
  ['{ "S01": ', /not JSON/],
  ['{ "first": "x" }', /first/],
  ['{ "S01": "" }', /S01/],
])('refuses %s, saying what is wrong', (text, problem) => {
  expect(() => parseNameOverrides(bytes(text))).toThrowError(problem);
});
