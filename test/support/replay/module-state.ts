import ts from 'typescript';

/** Methods that change what they are called on. */
const changing = new Set('add clear copyWithin delete exec fill pop push reverse set shift sort splice test unshift'.split(' '));
/** These change a regular expression only where it remembers how far it came. */
const ofExpressions = new Set(['exec', 'test']);

const steps: ReadonlySet<ts.SyntaxKind> = new Set([ts.SyntaxKind.PlusPlusToken, ts.SyntaxKind.MinusMinusToken]);

const isStickyOrGlobal = (node: ts.Node | undefined) =>
  node !== undefined && ts.isRegularExpressionLiteral(node) && /\/[a-z]*[gy][a-z]*$/.test(node.text);

function rootOf(node: ts.Expression): string | undefined {
  if (ts.isIdentifier(node)) return node.text;
  if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) return rootOf(node.expression);
  return ts.isNonNullExpression(node) || ts.isParenthesizedExpression(node) ? rootOf(node.expression) : undefined;
}

/** The variables of a module, by name, with what they begin as. */
function variablesOf(file: ts.SourceFile): Map<string, { readonly isConst: boolean; readonly value: ts.Expression | undefined }> {
  const lists = file.statements.filter(ts.isVariableStatement).map(({ declarationList }) => declarationList);
  return new Map(
    lists.flatMap((list) =>
      list.declarations
        .filter(({ name }) => ts.isIdentifier(name))
        .map(({ name, initializer }) => [
          (name as ts.Identifier).text,
          { isConst: (list.flags & ts.NodeFlags.Const) !== 0, value: initializer },
        ]),
    ),
  );
}

const isAssignment = ({ operatorToken: { kind } }: ts.BinaryExpression) =>
  kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;

/** Each place where a module changes what it keeps in a variable of its own: one workflow would see what another one left there. */
export function changesOfModuleState(source: string): string[] {
  const file = ts.createSourceFile('module.ts', source, ts.ScriptTarget.Latest, true);
  const variables = variablesOf(file);
  const found = [...variables].filter(([, { isConst }]) => !isConst).map(([name]) => `${name} can be changed`);
  const isOwn = (node: ts.Expression) => {
    const name = rootOf(node);
    return name !== undefined && variables.has(name);
  };
  const look = (node: ts.Node): void => {
    if (ts.isBinaryExpression(node) && isAssignment(node) && isOwn(node.left)) found.push(node.getText(file));
    if ((ts.isPostfixUnaryExpression(node) || ts.isPrefixUnaryExpression(node)) && steps.has(node.operator) && isOwn(node.operand))
      found.push(node.getText(file));
    if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression) && changing.has(node.expression.name.text)) {
      const { expression: on, name } = node.expression;
      const begins = variables.get(rootOf(on) ?? '');
      const counts = ofExpressions.has(name.text) ? isStickyOrGlobal(begins?.value) : begins !== undefined;
      if (counts) found.push(node.getText(file));
    }
    ts.forEachChild(node, look);
  };
  look(file);
  return found;
}
