import { readFileSync } from 'node:fs';
import ts from 'typescript';

/** Comment of each property of each object literal that a `const` of the file holds: name of the const, then of the property. */
export type SourceComments = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** The doc comments of a file's schemas, so that code and reference say the same. */
export function sourceComments(file: URL): SourceComments {
  const text = readFileSync(file, 'utf8');
  const source = ts.createSourceFile('schema.ts', text, ts.ScriptTarget.ES2022, true);
  const found = new Map<string, Map<string, string>>();
  const visit = (node: ts.Node, owner: string): void => {
    if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name)) owner = node.name.text;
    if (ts.isPropertyAssignment(node) || ts.isShorthandPropertyAssignment(node)) {
      const [comment] = ts.getJSDocCommentsAndTags(node);
      const words = typeof comment?.comment === 'string' ? comment.comment.replace(/\s+/g, ' ') : '';
      const comments = found.get(owner) ?? new Map<string, string>();
      comments.set(node.name.getText(source), words);
      found.set(owner, comments);
    }
    ts.forEachChild(node, (child) => visit(child, owner));
  };
  visit(source, '');
  return found;
}
