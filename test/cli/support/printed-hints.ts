import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Where a command ends in a sentence. */
const end = /[`,;()·\n→">]|\.(?:\s|$)|:(?:\s|$)| then | or | and | {2,}|$/;

function textOf(node: ts.Node): string | undefined {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (ts.isTemplateExpression(node)) return node.head.text + node.templateSpans.map(({ literal }) => `X${literal.text}`).join('');
  return undefined;
}

function* textsIn(node: ts.Node): Generator<string> {
  // Usage is a grammar, not a command.
  if (ts.isPropertyAssignment(node) && node.name.getText() === 'usage') return;
  if (ts.isVariableDeclaration(node) && node.name.getText() === 'usage') return;
  const text = textOf(node);
  if (text !== undefined) yield text;
  for (const child of node.getChildren()) yield* textsIn(child);
}

export interface PrintedHint {
  readonly file: string;
  readonly command: string;
}

/** Every `ubos VERB ...` that stands in a text of the program, as it would be pasted. */
export function printedHints(folders: readonly string[]): PrintedHint[] {
  const files = folders.flatMap((folder) =>
    readdirSync(`${root}${folder}`, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(?:ts|mjs)$/.test(name))
      .map((name) => `${folder}/${name}`),
  );
  return files.flatMap((file) => {
    const source = ts.createSourceFile(file, readFileSync(root + file, 'utf8'), ts.ScriptTarget.Latest, true);
    return [...textsIn(source)].flatMap((text) =>
      [...text.matchAll(/(?<![\w/-]|-c )ubos (?=[a-z-])/g)].map(({ index }) => {
        const rest = text.slice(index);
        return { file, command: rest.slice(0, end.exec(rest)?.index).trim() };
      }),
    );
  });
}
