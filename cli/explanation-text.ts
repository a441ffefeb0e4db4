import pc from 'picocolors';
import { type ExplainedRetailer } from '../shared/explain/explain-stored-retailer.js';
import { explanationContent } from '../shared/explain/explanation-content.js';
import { formatTable } from './run-table.js';

/** An explanation on a terminal. */
export function explanationText(explained: ExplainedRetailer): string {
  const { headline, remarks, tables, changes } = explanationContent(explained);
  return [
    [pc.bold(headline), ...remarks.map((line) => `  ${line}`)].join('\n'),
    ...tables.map(({ title, head, rows }) => `${title}\n${formatTable(head, rows)}`),
    ...(changes.length === 0
      ? []
      : [['What would move it', ...changes.map((line) => `  ${line}`)].join('\n')]),
  ].join('\n\n');
}
