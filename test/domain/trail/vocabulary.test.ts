import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { agentLogEvents } from '../../../src/adapters/log/agent-log-events.js';
import { proposalSources } from '../../../src/contract/search-attributes.js';
import * as events from '../../../src/domain/trail/events.js';
import { endEvents, endIn, trailEvent } from '../../../src/domain/trail/events.js';
import { logNames } from '../../../src/domain/trail/logs.js';
import { meaningOf, meanings } from '../../../src/domain/trail/meanings.js';

const src = fileURLToPath(new URL('../../../src/', import.meta.url));
const vocabulary = 'domain/trail/events.ts';
const names: readonly string[] = Object.values(trailEvent);

const sources = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && file !== vocabulary)
  .map((file) => ts.createSourceFile(file, readFileSync(`${src}${file}`, 'utf8'), ts.ScriptTarget.Latest, true));

const visit = (node: ts.Node, see: (node: ts.Node) => void): void => {
  see(node);
  ts.forEachChild(node, (child) => visit(child, see));
};

/** Every literal of a file, and of a template the parts between what is put in. */
function literalsOf(source: ts.SourceFile): { readonly text: string; readonly node: ts.Node }[] {
  const found: { text: string; node: ts.Node }[] = [];
  visit(source, (node) => {
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node))
      found.push({ text: node.text, node });
    if (ts.isRegularExpressionLiteral(node)) found.push({ text: node.text, node });
  });
  return found;
}

/** Names that are names of something else as well, told apart by where they stand: there they must not be an event's. */
const shared: ReadonlySet<string> = new Set([
  ...[...logNames, ...proposalSources, ...Object.keys(agentLogEvents)],
  // What `ubos status` and `ubos doctor` call it.
  'emergency_stop',
]);

/** What is compared with, or given as, the type of an event. */
function isOfAnEvent(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isPropertyAssignment(parent)) return parent.name.getText() === 'eventType';
  return ts.isBinaryExpression(parent) && /\bevent(_type|Type)?$/.test(parent.left.getText());
}

describe("the trail's vocabulary (spec L1)", () => {
  it('has no name of an event in any other file, neither whole nor begun', () => {
    const begun = (text: string) => text.length > 5 && text.endsWith('_') && names.some((name) => name.startsWith(text));
    const found = sources.flatMap((source) =>
      literalsOf(source).flatMap(({ text, node }) => {
        const words = text.match(/[a-z_]+/g) ?? [];
        const isName = words.some((word) => (names.includes(word) && (!shared.has(word) || isOfAnEvent(node))) || begun(word));
        return isName ? [`${source.fileName}: ${text}`] : [];
      }),
    );
    expect(found).toEqual([]);
    expect(sources.length).toBeGreaterThan(300);
  });

  it('has no name that nobody writes', () => {
    const groups: Readonly<Record<string, Readonly<Record<string, string>>>> = events as never;
    const written = new Set<string>();
    for (const source of sources)
      visit(source, (node) => {
        // What the controls tell is an `event` until it is recorded.
        if (!ts.isPropertyAssignment(node) || !['event', 'eventType'].includes(node.name.getText())) return;
        visit(node.initializer, (part) => {
          // `trailEvent.name`, or a whole group: `endEvents[status]`.
          if (ts.isPropertyAccessExpression(part)) written.add(groups[part.expression.getText()]?.[part.name.text] ?? '');
          if (ts.isElementAccessExpression(part))
            for (const name of Object.values(groups[part.expression.getText()] ?? {})) written.add(name);
        });
      });
    expect(names.filter((name) => !written.has(name))).toEqual([]);
  });

  it('is not that of the agent log, which has a table of its own', () => {
    const logged = new Set<string>();
    for (const source of sources)
      visit(source, (node) => {
        if (!ts.isPropertyAssignment(node) || node.name.getText() !== 'event_type') return;
        visit(node.initializer, (part) => void (ts.isStringLiteral(part) && logged.add(part.text)));
      });
    expect([...logged].sort()).toEqual(Object.keys(agentLogEvents).sort());
    // Facts that both may tell.
    expect(names.filter((name) => name in agentLogEvents).sort()).toEqual([
      trailEvent.modeChange,
      trailEvent.networkConnection,
      trailEvent.policyHeld,
      trailEvent.thinkingCycle,
    ]);
  });

  it('has each name once, and says the same of how a proposal ends wherever it says it', () => {
    expect(new Set(names).size).toBe(names.length);
    expect(Object.keys(meanings).sort()).toEqual([...names].sort());
    for (const [status, name] of Object.entries(endEvents)) {
      expect(endIn(name)).toBe(status);
      expect(meaningOf(name)?.status).toBe(status);
    }
    expect(endIn(trailEvent.actionRefused)).toBe('refused');
    expect(['toString', '__proto__', '', 'action_done'].map((name) => [meaningOf(name), endIn(name)])).toEqual(
      Array.from({ length: 4 }, () => [undefined, undefined]),
    );
  });
});
