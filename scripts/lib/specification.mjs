import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { rootPath } from './prepare.mjs';

const range = (letter, last) => Array.from({ length: last }, (_, index) => `${letter}${index + 1}`);

/** Every statement that the product must meet. The list stands here, so that a row that gets lost is noticed. */
export const statements = [
  ...range('P', 6),
  ...range('C', 7),
  ...range('A', 7),
  ...range('X', 12),
  ...range('T', 8),
  ...range('G', 6),
  ...range('L', 4),
  ...range('K', 4),
  ...range('F', 2),
  ...range('U', 4),
  ...range('D', 5),
  ...range('O', 3),
  ...range('Q', 4),
  // What may fail, each apart: they are parts of Q4.
  ...[...'abcdefghijk'].map((part) => `Q4${part}`),
];

const row = /^\| ([A-Z]\d+[a-z]?) \| ([^|]*) \| ([^|]*) \|([^|]*)\|$/;
const states = /^done(?![a-z])|^(?:partly|open): .{5}/;
export const regenerate = 'npm run specification';

/**
 * The rows of the page: `| id | what | state | tests |`.
 * @returns {{ id: string, what: string, state: string, tests: string }[]}
 */
export function rowsOf(page) {
  return page.split('\n').flatMap((line) => {
    const [, id, what, state, tests] = row.exec(line) ?? [];
    return id === undefined ? [] : [{ id, what, state, tests: tests.trim() }];
  });
}

/** The ids in each text of a program, with the texts that try to name some and fail. Comments are no texts: a name is what a report prints. */
export function idsIn(source) {
  if (!source.includes('(spec')) return { ids: [], odd: [] };
  const [ids, odd] = [new Set(), []];
  const look = (node) => {
    const isText = ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddle(node) || ts.isTemplateTail(node);
    for (const [found] of isText ? node.text.matchAll(/\(spec\b[^)]*\)?/g) : []) {
      if (/^\(spec [A-Z]\d+[a-z]?(?:, [A-Z]\d+[a-z]?)*\)$/.test(found)) for (const id of found.slice(6, -1).split(', ')) ids.add(id);
      else odd.push(found);
    }
    ts.forEachChild(node, look);
  };
  look(ts.createSourceFile('test.ts', source, ts.ScriptTarget.Latest));
  return { ids: [...ids], odd };
}

/** What the rows say and what the tests say: problems in words, and the page as it should be. */
export function compare(page, tests) {
  const rows = rowsOf(page);
  const known = new Set(statements);
  const listed = rows.map(({ id }) => id);
  const found = tests.map(({ name, source }) => ({ name, ...idsIn(source) }));
  // Whoever enforces a part enforces the whole.
  const enforcing = (id) => found.filter(({ ids }) => ids.some((each) => each === id || each.replace(/[a-z]$/, '') === id));
  const cell = (id) =>
    enforcing(id)
      .map(({ name }) => `\`${name}\``)
      .join(' ');
  const problems = [
    ...statements.filter((id) => !listed.includes(id)).map((id) => `${id} has no row`),
    ...listed.filter((id, index) => !known.has(id) || listed.indexOf(id) !== index).map((id) => `${id} is no statement, or has two rows`),
    ...rows.filter(({ state }) => !states.test(state)).map(({ id, state }) => `${id}: "${state}" is none of done, partly: ..., open: ...`),
    ...rows
      .filter(({ id, state }) => !state.startsWith('open') && enforcing(id).length === 0)
      .map(({ id }) => `${id} is not open, and no test names it: put (spec ${id}) into the name of the test that enforces it`),
    ...found.flatMap(({ name, ids }) => ids.filter((id) => !known.has(id)).map((id) => `${name} names ${id}, which is no statement`)),
    ...found.flatMap(({ name, odd }) => odd.map((text) => `${name}: "${text}" should be written as (spec X5) or (spec A1, X5)`)),
  ];
  const generated = page.replaceAll(new RegExp(row, 'gm'), (_, id, what, state) => `| ${id} | ${what} | ${state} | ${cell(id)} |`);
  return { problems, generated };
}

/** The files whose names count, in short: `domain/action/status` is test/domain/action/status.test.ts. */
export function readTests() {
  return readdirSync(join(rootPath, 'test'), { recursive: true })
    .filter((path) => path.endsWith('.test.ts') || (path.startsWith('system/') && path.endsWith('.mjs')))
    .sort()
    .map((path) => ({ name: path.replace(/\.test\.ts$|\.mjs$/, ''), source: readFileSync(join(rootPath, 'test', path), 'utf8') }));
}
