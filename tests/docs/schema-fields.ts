import { readFileSync } from 'node:fs';
import ts from 'typescript';

export interface SchemaField {
  /** Names from the schema's root, joined by dots. */
  readonly path: string;
  /** The field's doc comment in one line; empty without one. */
  readonly words: string;
}

/** The fields of the zod schema that the constant `name` of a file holds, nested objects flattened, in their order. */
export function schemaFields(file: URL, name: string): SchemaField[] {
  const text = readFileSync(file, 'utf8');
  const source = ts.createSourceFile('schema.ts', text, ts.ScriptTarget.ES2022, true);
  const fields: SchemaField[] = [];
  const collect = (node: ts.Node, path: readonly string[]): void => {
    if (!ts.isPropertyAssignment(node) && !ts.isShorthandPropertyAssignment(node)) {
      ts.forEachChild(node, (child) => collect(child, path));
      return;
    }
    const own = [...path, node.name.getText(source)];
    const [comment] = ts.getJSDocCommentsAndTags(node);
    const words = typeof comment?.comment === 'string' ? comment.comment.replace(/\s+/g, ' ') : '';
    fields.push({ path: own.join('.'), words });
    if (ts.isPropertyAssignment(node)) collect(node.initializer, own);
  };
  const find = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) && node.name.getText(source) === name && node.initializer)
      collect(node.initializer, []);
    else ts.forEachChild(node, find);
  };
  find(source);
  if (fields.length === 0) throw new Error(`${file.pathname} has no schema ${name} with fields`);
  return fields;
}
