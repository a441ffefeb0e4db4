import fc from 'fast-check';

/** Any JSON value, and texts that break careless readers. */
export const anyJson: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '',
      '\u0000',
      "'; DROP TABLE sales; --",
      '../../../etc/passwd',
      '__proto__',
      '2017-13',
      '2017-1',
      '٢٠١٧-١٢',
      'x'.repeat(5000),
      -1,
      1e308,
      Number.MAX_SAFE_INTEGER + 2,
      0.1,
      null,
      [],
      {},
      { __proto__: null, constructor: 1 },
    ),
  },
);

type Json = Record<string, unknown>;

/** A path to every value of an object, the object's own parts first. */
function pathsOf(value: unknown, path: readonly string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [[...path, key], ...pathsOf(inner, [...path, key])]);
}

function change(value: Json, path: readonly string[], how: (parent: Json, key: string) => void): Json {
  const copy = structuredClone(value);
  let parent = copy;
  for (const key of path.slice(0, -1)) parent = parent[key] as Json;
  how(parent, path.at(-1)!);
  return copy;
}

/** A right input made wrong in one place or two: a part missing, of another type, or one too many; or any JSON at all. */
export function spoiled(right: Json): fc.Arbitrary<unknown> {
  const paths = pathsOf(right);
  const once = (value: Json): fc.Arbitrary<Json> =>
    fc.oneof(
      fc
        .tuple(fc.constantFrom(...paths), anyJson)
        .map(([path, other]) => change(value, path, (parent, key) => void (parent[key] = other))),
      fc.constantFrom(...paths).map((path) => change(value, path, (parent, key) => void delete parent[key])),
      fc
        .tuple(fc.constantFrom(...paths), fc.string({ minLength: 1, maxLength: 12 }), anyJson)
        .map(([path, name, other]) =>
          change(
            value,
            path,
            (parent) => void Object.defineProperty(parent, name, { value: other, enumerable: true }),
          ),
        ),
    );
  return fc.oneof({ weight: 6, arbitrary: once(right) }, { weight: 1, arbitrary: anyJson });
}
