import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from '@jest/globals';
import { queues, scheduleIds, updateNames, workflowTypes } from '../../src/contract/names.js';
import { searchAttributes } from '../../src/contract/search-attributes.js';

/** Every text of a program, a template in its pieces; with the function that it is the first argument of. */
function textsIn(source: string): { text: string; callee: string }[] {
  const found: { text: string; callee: string }[] = [];
  const look = (node: ts.Node, callee: string): void => {
    const isText = ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddle(node) || ts.isTemplateTail(node);
    if (isText) found.push({ text: node.text, callee });
    const name = ts.isCallExpression(node) ? node.expression : undefined;
    const called = name !== undefined && (ts.isIdentifier(name) ? name.text : ts.isPropertyAccessExpression(name) ? name.name.text : '');
    ts.forEachChild(node, (child) => look(child, ts.isCallExpression(node) && child === node.arguments[0] ? called || '' : ''));
  };
  look(ts.createSourceFile('x.ts', source, ts.ScriptTarget.Latest), '');
  return found;
}

const speakers = new Set(['signal', 'defineSignal', 'defineUpdate', 'defineQuery', 'executeUpdate', 'startUpdate', 'query']);
const types = new Set<string>(Object.values(workflowTypes));
const attributes = new RegExp(
  `\\b(${Object.values(searchAttributes)
    .map(({ name }) => name)
    .join('|')})\\b`,
);

/** What a name looks like, and the one file where it may stand. */
const kinds: readonly { kind: string; home: string; is: (text: string, callee: string) => boolean }[] = [
  { kind: 'queue', home: 'contract/names.ts', is: (text) => /^\.(brain|mind|books|hands|rollback|control)(\.|$)/.test(text) },
  { kind: 'schedule', home: 'contract/names.ts', is: (text) => /^-(thinking-cycle|bookkeeping|escapement)(-|$)/.test(text) },
  { kind: 'workflow', home: 'contract/names.ts', is: (text) => types.has(text) },
  { kind: 'message', home: 'contract/names.ts', is: (text, callee) => speakers.has(callee) && text !== '' },
  { kind: 'attribute', home: 'contract/search-attributes.ts', is: (text) => attributes.test(text) },
  {
    kind: 'log file',
    home: 'config/sections/agent.schema.ts',
    is: (text) => /\b(mission_log|tool_use|proposals|approval_queue)\.jsonl/.test(text),
  },
];

/** Names that stand where they should not. */
function strays(files: Readonly<Record<string, string>>): string[] {
  return Object.entries(files).flatMap(([path, source]) =>
    textsIn(source).flatMap(({ text, callee }) =>
      kinds.flatMap(({ kind, home, is }) =>
        path !== home && is(text, callee) ? [`${path}: the ${kind} "${text}" belongs to ${home}`] : [],
      ),
    ),
  );
}

const src = join(import.meta.dirname, '../../src');
const sources = Object.fromEntries(
  readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => [path, readFileSync(join(src, path), 'utf8')]),
);

describe('a name that client, worker and server share', () => {
  it('stands once', () => {
    expect(strays(sources)).toEqual([]);
  });

  it.each([
    ['queue', 'const queue = `${vessel}.brain`;'],
    ['queue', 'const queue = `${vessel}.hands.${host}`;'],
    ['schedule', 'const id = `${vessel}-thinking-cycle`;'],
    ['workflow', `start('${workflowTypes.glassReview}');`],
    ['message', "handle.signal('approve', {});"],
    ['message', `await handle(id).executeUpdate<A, B>('${updateNames.decide}', {});`],
    ['message', "setHandler(defineQuery('status'), f);"],
    ['attribute', 'const query = `JanusState = ${state}`;'],
    ['log file', "join(folder, 'proposals.jsonl')"],
  ])('is found where it stands twice: a %s in %s', (kind, source) => {
    expect(strays({ 'a/b.ts': source })).toEqual([expect.stringContaining(`a/b.ts: the ${kind} `)]);
  });

  it('is looked for in its home as it is written there', () => {
    const homes = [...new Set(kinds.map(({ home }) => home))];
    const moved = Object.fromEntries(homes.map((home) => [`elsewhere/${home}`, sources[home] ?? '']));
    const found = strays(moved).join('\n');
    for (const { kind } of kinds.filter(({ kind: each }) => each !== 'message')) expect(found).toContain(`the ${kind} `);
    expect([queues.brain('v'), scheduleIds.bookkeeping('v')]).toEqual(['v.brain', 'v-bookkeeping']);
  });
});
