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

/** Lines of the page's shell blocks, continued lines joined, comments and prompts taken off. */
export function shellLines({ text }: Page): string[] {
  return [...text.matchAll(/^```(?:sh|bash|console)\n([\s\S]*?)^```/gm)].flatMap(([, block]) =>
    block!
      .replace(/\\\n\s*/g, ' ')
      .split('\n')
      .map((line) =>
        line
          .replace(/^\$ /, '')
          .replace(/\s+#.*$/, '')
          .trim(),
      )
      .filter((line) => line !== '' && !line.startsWith('#')),
  );
}
