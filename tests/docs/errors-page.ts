import { errorCodes } from '../../shared/errors.js';

/** docs/errors.md: the closed set of errors. */
export function errorsPage(): string {
  const rows = Object.entries(errorCodes).map(
    ([code, { headline, retryable }]) => `| \`${code}\` | ${headline} | ${retryable ? 'yes' : 'no'} |`,
  );
  return `# Errors

Every failure is one of these. It names the field or file, what was found, what is expected, and what to do; in Temporal the code is the
failure's type and the parts are in its details. Retryable ones are repeated by the engine with growing pauses; the others end the
workflow at once.

Generated from \`shared/errors.ts\`; \`npx vitest run tests/docs -u\` writes this page anew.

| code | what happened | retryable |
|---|---|---|
${rows.join('\n')}
`;
}
