import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));

export interface Page {
  /** Relative to the project's root. */
  readonly name: string;
  readonly text: string;
}

/** Every Markdown page of the project. */
export function pages(): Page[] {
  const inDocs = readdirSync(path.join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => path.posix.join('docs', name.replaceAll(path.sep, '/')));
  const atTop = readdirSync(root).filter((name) => name.endsWith('.md'));
  return [...atTop, ...inDocs, 'samples/complete-journey/README.md'].sort().map((name) => ({
    name,
    text: readFileSync(path.join(root, name), 'utf8'),
  }));
}

export interface ShellBlock {
  /** Commands, one each: continued lines and open quotes joined, comments and prompts taken off. */
  readonly commands: readonly string[];
  /** What the page shows as their output: the `text` block that follows at once; empty without one. */
  readonly output: readonly string[];
}

/** The page's shell blocks, in their order. */
export function shellBlocks({ text }: Page): ShellBlock[] {
  const blocks = text.matchAll(
    /^( *)```(?:sh|bash|console)\n([\s\S]*?)^ *```\n(?:\n *```text\n([\s\S]*?)^ *```\n)?/gm,
  );
  return [...blocks].map(([, , shell, output = '']) => ({
    commands: commandsOf(shell!),
    output: output.split('\n').filter((line) => line.trim() !== ''),
  }));
}

/** Lines of all its shell blocks. */
export function shellLines(page: Page): string[] {
  return shellBlocks(page).flatMap(({ commands }) => commands);
}

function commandsOf(shell: string): string[] {
  const commands: string[] = [];
  let open = '';
  for (const line of shell.replace(/\\\n\s*/g, ' ').split('\n')) {
    open = open === '' ? line.replace(/^\s*\$ /, '') : `${open}\n${line}`;
    if ((open.match(/'/g) ?? []).length % 2 === 1) continue;
    const command = open.replace(/\s+#.*$/, '').trim();
    open = '';
    if (command !== '' && !command.startsWith('#')) commands.push(command);
  }
  return commands;
}
