import { z } from 'zod';
import { configSchema } from '../../shared/contracts/config.js';
import { sourceComments } from './source-comments.js';

interface JsonSchema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly anyOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
}

function range(schema: JsonSchema): string {
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${String(value)}\``).join(', ');
  if (schema.anyOf !== undefined) return schema.anyOf.map(range).join(' or ');
  if (schema.type === 'array') return `list of ${range(schema.items ?? {})}`;
  const words = schema.type ?? 'any';
  const bounds = [
    schema.exclusiveMinimum === undefined ? '' : `> ${schema.exclusiveMinimum}`,
    schema.minimum === undefined || schema.minimum < -1e15 ? '' : `≥ ${schema.minimum}`,
    schema.maximum === undefined || schema.maximum > 1e15 ? '' : `≤ ${schema.maximum}`,
  ].filter((bound) => bound !== '');
  return bounds.length === 0 ? words : `${words} ${bounds.join(', ')}`;
}

const cell = (text: string): string => text.replaceAll('|', '\\|');

/** docs/configuration.md: every key of the method's config, from its schema and the comments beside it. */
export function configurationPage(): string {
  const comments = sourceComments(new URL('../../shared/contracts/config.ts', import.meta.url));
  const schema = z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
  const row = (key: string, property: JsonSchema, words: string): string =>
    `| \`${key}\` | ${cell(range(property))} | ${property.default === undefined ? '–' : `\`${JSON.stringify(property.default)}\``} | ${cell(words)} |`;
  const head = '| key | values | default | what |\n|---|---|---|---|';
  const plain: string[] = [];
  const sections: string[] = [];
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    if (property.properties === undefined) {
      plain.push(row(key, property, comments.get('configSchema')?.get(key) ?? ''));
      continue;
    }
    const own = comments.get(`${key}ConfigSchema`);
    const rows = Object.entries(property.properties).flatMap(([name, inner]) => {
      if (inner.properties === undefined) return [row(`${key}.${name}`, inner, own?.get(name) ?? '')];
      const group = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
      const words = comments.get(`${key}${group}ConfigSchema`);
      return Object.entries(inner.properties).map(([leaf, innermost]) =>
        row(`${key}.${name}.${leaf}`, innermost, words?.get(leaf) ?? ''),
      );
    });
    sections.push(`## ${key}\n\n${head}\n${rows.join('\n')}`);
  }
  return `# Configuration

The method of a run, as \`config\` of a workflow's input, of \`segments.config.yaml\` (or \`.json\`), or by \`--set key=value\`. Every key has a
default; \`{}\` is the recommended method. It holds nothing of where a run happens: equal configs on equal input give equal bytes.
A wrong key or value is refused before anything starts, with all problems listed. JSON Schemas for editors are in [schema/](schema/).

Generated from \`shared/contracts/config.ts\`; \`npx vitest run tests/docs -u\` writes this page anew.

${head}
${plain.join('\n')}

${sections.join('\n\n')}
`;
}
