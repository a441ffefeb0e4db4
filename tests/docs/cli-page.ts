import { type Command } from 'commander';
import { exitCodes } from '../../cli/exit-codes.js';

const exitWords: Readonly<Record<keyof typeof exitCodes, string>> = {
  done: 'done',
  failed: 'the workflow ran and failed',
  usage: 'flags, settings or input are wrong; nothing was started',
  unavailable: 'no Temporal server, or no store, can be reached',
  internal: 'a defect in this product',
  interrupted: 'Ctrl-C; the workflow was cancelled, or left running',
};

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;');

function section(command: Command, path: string): string {
  const name = `${path} ${command.name()}`;
  if (command.commands.length > 0) return command.commands.map((child) => section(child, name)).join('\n\n');
  const usage = command.registeredArguments
    .map((argument) => (argument.required ? ` <${argument.name()}>` : ` [${argument.name()}]`))
    .join('');
  const rows = command.options.map(
    (option) =>
      `| \`${option.flags}\` | ${option.envVar === undefined ? '' : `\`${option.envVar}\``} | ${cell(option.description)}${option.argChoices ? ` (${option.argChoices.join(', ')})` : ''} |`,
  );
  const table =
    rows.length === 0 ? '' : `\n\n| flag | environment | what |\n|---|---|---|\n${rows.join('\n')}`;
  return `## ${name}${usage}\n\n${command.description()}${table}`;
}

/** docs/cli.md: every command with its flags, as the program declares them. */
export function cliPage(program: Command): string {
  const codes = Object.entries(exitCodes).map(
    ([name, code]) => `| ${code} | ${exitWords[name as keyof typeof exitCodes]} |`,
  );
  return `# The \`segments\` command

In a checkout: \`npm run -s segments -- COMMAND …\`. A flag wins over its environment variable, which wins over
\`segments.config.yaml\` (or \`.json\`) in the folder, which wins over the default. With \`--json\` the answer is one JSON object on the last line of
standard output, and nothing else is printed there; progress and notes go to standard error. \`--help\` on any command shows examples.

Generated from the program; \`npx vitest run tests/docs -u\` writes this page anew.

## Exit codes

| code | when |
|---|---|
${codes.join('\n')}

${program.commands.map((command) => section(command, 'segments')).join('\n\n')}
`;
}
