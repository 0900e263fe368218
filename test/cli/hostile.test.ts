import { describe, expect, it } from '@jest/globals';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aClient } from './support/fake-client.js';
import type { Session } from './support/ubos.js';
import { aConfig, ubos } from './support/ubos.js';
import { aResult, aView, id, listed } from './support/views.js';

const megabyte = 'x'.repeat(1_000_000);

/** What an agent, or the output of its tools, may say to deceive the eye or the terminal; and how each has to be seen. */
const corpus = [
  { name: 'carriage return', text: 'rm -rf /\rls', seen: 'rm -rf /⟦U+000D⟧ls' },
  { name: 'ANSI colour', text: '\u001b[31mred', seen: '⟦U+001B⟧[31mred' },
  { name: 'ANSI that clears the screen', text: '\u001b[2J\u001b[H', seen: '⟦U+001B⟧[2J⟦U+001B⟧[H' },
  { name: 'OSC 8 link', text: '\u001b]8;;http://evil.example\u0007ok\u001b]8;;\u0007', seen: '⟦U+001B⟧]8;;http://evil.example⟦U+0007⟧ok' },
  { name: 'OSC 52 clipboard', text: '\u001b]52;c;cm0gLXJmIC8=\u0007', seen: '⟦U+001B⟧]52;c;cm0gLXJmIC8=⟦U+0007⟧' },
  { name: 'DCS', text: '\u001bP$q"p\u001b\\', seen: '⟦U+001B⟧P$q"p⟦U+001B⟧\\' },
  { name: 'C1 control', text: '\u009b31m', seen: '⟦U+009B⟧31m' },
  { name: 'bidi override', text: 'a\u202eb', seen: 'a⟦U+202E⟧b' },
  { name: 'bidi isolate', text: 'a\u2066b\u2069', seen: 'a⟦U+2066⟧b⟦U+2069⟧' },
  { name: 'zero-width space', text: 'su\u200bdo', seen: 'su⟦U+200B⟧do' },
  { name: 'backspace', text: 'no\b\bok', seen: 'no⟦U+0008⟧⟦U+0008⟧ok' },
  { name: 'tag characters', text: 'a\u{e0041}', seen: 'a⟦U+E0041⟧' },
  { name: 'line separator', text: 'a\u2028COMMANDS:', seen: 'a⟦U+2028⟧COMMANDS:' },
  { name: 'private use', text: 'a\ue0b0', seen: 'a⟦U+E0B0⟧' },
  { name: 'a space that is none', text: 'rm\u00a0-rf', seen: 'rm⟦U+00A0⟧-rf' },
  { name: 'marks in heaps', text: `a${'\u0336'.repeat(5)}`, seen: `a${'\u0336'.repeat(3)}⟦U+0336⟧⟦U+0336⟧` },
  { name: 'a newline in a title', text: 'fine\u0085COMMANDS:', seen: 'fine⟦U+0085⟧COMMANDS:' },
  { name: 'a line of a megabyte', text: megabyte, seen: 'xxxxxxxx' },
] as const;

/** Nothing but printable text, newlines and tabs. */
const harmless =
  /^[^\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00a0\u200b-\u200f\u2028-\u202e\u2066-\u2069\ue000-\uf8ff\u{e0000}-\u{e0fff}]*$/u;

const aHostilePreview = (text: string) => {
  const step = { tool: text, reason: 'exit', exitCode: 0, problems: [text] } as const;
  const node = { kind: 'link', mode: 0o777, size: 0, target: text } as const;
  const change = { root: '/workspace', path: text, change: 'changed', ...node, before: node, diff: text } as const;
  const rollback = { steps: [step], equal: false, left: [text] };
  const effect = { changes: [change], omitted: 0, incomplete: [text], steps: [step], rollback };
  const report = { state: 'previewed', effect, effectDigest: 'ab'.repeat(32), runs: 2, agreed: false, unbound: text } as const;
  return { bound: false, report };
};

const inDocument = (text: string) => {
  const words = text.slice(0, 1_900);
  return aView({
    document: {
      mission_context: words,
      rationale: words,
      expected_outcome: words,
      risk_mitigation: words,
      rollback_plan: words,
      action_type: text.slice(0, 60),
      tool_args: [text.slice(0, 8_000)],
    },
    warnings: [text],
    preview: aHostilePreview(text),
    violations: [{ rule: 'x', clause: 'y', message: text }],
    reason: text,
    decisions: [{ kind: 'approve', by: text, at: '2026-01-02T11:00:00.000Z', code: 'MALFORMED', why: text, reason: text }],
    rollbacks: [{ tool: text, ok: false, summary: text }],
    results: [aResult({ note: text, reason: 'wall' })],
    status: 'rolled_back',
  });
};

const screens: readonly { readonly name: string; readonly line: string; readonly session: (text: string) => Session }[] = [
  { name: 'review', line: `review ${id}`, session: (text) => ({ client: aClient({ views: [inDocument(text)] }) }) },
  { name: 'show', line: `proposals show ${id}`, session: (text) => ({ client: aClient({ views: [inDocument(text)] }) }) },
  {
    name: 'list',
    line: 'proposals list',
    session: (text) => ({
      columns: 2_000,
      client: aClient({
        listed: [
          listed({
            proposalId: text,
            status: text,
            riskLevel: text,
            actionType: text,
            toolName: text,
            source: text,
            summary: text,
            needs: `g 0 of 1 ${text}`,
          }),
        ],
      }),
    }),
  },
  {
    name: 'history',
    line: `proposals history ${id}`,
    session: (text) => ({
      columns: 2_000,
      client: aClient({ change: { history: async () => [{ at: new Date(0), event: 'message', detail: text }] } }),
    }),
  },
  {
    name: 'logs',
    line: `logs ${id}`,
    session: (text) => ({ client: aClient({ views: [aView({ status: 'completed', results: [aResult({ out: text, err: text })] })] }) }),
  },
  {
    name: 'watch',
    line: `watch ${id}`,
    session: (text) => ({ columns: 2_000, client: aClient({ views: [aView({ status: 'rejected', reason: text })] }) }),
  },
  { name: 'an outcome', line: `approve ${id} --wait`, session: (text) => ({ client: aClient({ outcome: { reason: text } }) }) },
  {
    name: 'a refusal',
    line: `approve ${id}`,
    session: (text) => ({
      client: aClient({ change: { decide: async () => ({ accepted: false, code: 'X', message: text, status: 'proposed' }) } }),
    }),
  },
  {
    name: 'an error',
    line: 'proposals list',
    session: (text) => ({ client: aClient({ change: { list: () => Promise.reject(new Error(text)) } }) }),
  },
  {
    name: 'the refused rules of a proposal',
    line: `propose --from ${id}`,
    session: (text) => ({
      client: aClient({ views: [aView({ status: 'rejected', violations: [{ rule: 'r', clause: 'c', message: text }] })] }),
    }),
  },
];

describe.each(screens)('hostile text in $name (spec A5)', ({ line, session }) => {
  it.each(corpus)('$name is seen, not obeyed', async ({ text, seen }) => {
    for (const columns of [40, 200]) {
      const { stdout, stderr } = await ubos(line, { columns, ...session(text) });
      expect(stdout + stderr).toMatch(harmless);
      expect((stdout + stderr).replaceAll(/\n\s*/g, ' ')).toContain(seen);
    }
  });
});

describe.each(screens)('hostile text in $name for programs (spec A5)', ({ line, session }) => {
  it.each(corpus)('$name is escaped, and the same when it is read', async ({ text }) => {
    const { stdout, stderr } = await ubos(`${line} --json`, session(text));
    const lines = (stdout + stderr).trimEnd().split('\n');
    expect(lines.join('')).toMatch(harmless);
    const values = lines.map((each) => JSON.stringify(JSON.parse(each)));
    // The words of an error are for people in JSON too.
    if (!values.join('').includes('ubos.error')) expect(values.join('')).toContain(JSON.stringify(text.slice(0, 60)).slice(1, -1));
  });
});

describe('hostile text in the queue (spec A5)', () => {
  it('reaches neither the screen nor the question before high risk', async () => {
    const view = aView({
      document: { risk_level: 'high', rollback_plan: 'x\u001b[2Jy\u202e', rollback: [{ tool_name: 'shell', tool_args: ['a\rb'] }] },
    });
    const keys = [
      { on: '[q]uit ? ', type: 'a' },
      { on: 'Type its last four', type: '\r' },
      { on: '[q]uit ? ', type: 'q' },
    ];
    const { stdout } = await ubos(`review ${id}`, { client: aClient({ views: [view] }), keys, columns: 100, rows: 200 });
    const asked = stdout.slice(stdout.indexOf('RISK LEVEL HIGH. ROLLBACK'), stdout.indexOf('Type its last four'));
    expect(asked.split('\u001b[')[0]).toContain('x⟦U+001B⟧[2Jy⟦U+202E⟧');
    expect(asked).toContain("'a⟦U+000D⟧b'");
  });
});

describe('hostile text in the output of a tool (spec A5)', () => {
  it('from the workspace: its lines and tabs stay, all else is seen', async () => {
    const home = await mkdtemp(join(tmpdir(), 'janus-cli-'));
    const folder = join(home, 'workspaces', `${id}.output`);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'step-1.stdout'), 'a\tb\r\n\u001b]52;c;eA==\u0007\u202ec\n');
    await writeFile(join(folder, 'step-2.stdout'), `${megabyte}\n`);
    const { stdout } = await ubos(`logs ${id}`, {
      client: aClient({ views: [aView({ status: 'completed' })] }),
      config: aConfig({}, home),
    });
    expect(stdout).toBe(`a\tb⟦U+000D⟧\n⟦U+001B⟧]52;c;eA==⟦U+0007⟧⟦U+202E⟧c\n${megabyte}\n`);
    await rm(home, { recursive: true });
  });

  it('no text of an agent looks like a section of the review (spec A5)', async () => {
    const trick = 'fine\n\nCOMMANDS:\n  Approve: ubos approve janus-ffffffffffff';
    for (const columns of [40, 80]) {
      const { stdout } = await ubos(`proposals show ${id}`, {
        columns,
        client: aClient({ views: [aView({ document: { rationale: trick, action_type: `${'x'.repeat(26)} COMMANDS: y` } })] }),
      });
      expect(stdout.match(/^COMMANDS:/gm)).toHaveLength(1);
    }
  });
});
