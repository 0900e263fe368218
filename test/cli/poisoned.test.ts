import { describe, expect, it } from '@jest/globals';
import type { ProposalClient } from '../../src/client/proposals.js';
import { aClient } from './support/fake-client.js';
import { aHealth, ubos } from './support/ubos.js';
import { aView, highRisk, id, listed, previewedView, rolledBackView } from './support/views.js';

const poison = '\u001b[2J\u202e\u200b\rx\nFORGED: yes';
/** Nothing but printable text, newlines and tabs; and no line at the left margin that is not ours. */
const harmless = /^[^\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e]*$/u;

/** What keeps its meaning, or nothing would be shown of the rest: moments, digests, and words that programs switch on. */
const isMoment = (text: string) => !Number.isNaN(Date.parse(text)) && /^\d{4}-/.test(text);
const meant = new Set(['status', 'state', 'kind', 'digest', 'effectDigest', 'change', 'schema', 'sha256']);

/** The same with every text of it turned against whoever reads it. */
function poisoned<T>(value: T, spare: ReadonlySet<string>): T {
  if (typeof value === 'string') return (isMoment(value) ? value : `${value}${poison}`) as T;
  if (value instanceof Date || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((each: unknown) => poisoned(each, spare)) as T;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, spare.has(key) && typeof each === 'string' ? each : poisoned(each as unknown, spare)]),
  ) as T;
}

/** A server and its workflows that lie wherever they can. */
function lying(client: ProposalClient, spare: ReadonlySet<string>): ProposalClient {
  const all = <T>(answer: Promise<T>) => answer.then((each) => poisoned(each, spare));
  return {
    ...client,
    // Whatever the server says, an id is one: test/client/proposals.
    view: async () => ({ ...(await all(client.view(id))), proposalId: id }),
    list: (filter) => all(client.list(filter)),
    outcome: () => all(client.outcome(id)),
    history: () => all(client.history(id)),
    decide: (_, message) => all(client.decide(id, message)),
    resolveId: async () => id,
    think: async () => ({ report: async () => poisoned(await (await client.think()).report(), spare) }),
  };
}

const views = {
  low: aView(),
  high: aView({ document: highRisk, warnings: ['w'], violations: [{ rule: 'r', clause: 'c', message: 'm' }] }),
  previewed: previewedView(),
  ended: rolledBackView(),
  indeterminate: aView({ status: 'indeterminate', reason: 'nobody knows' }),
};
const lines = [
  ...['proposals list', 'proposals list --all', 'proposals list -o id', 'proposals show @latest', 'proposals history @latest', 'status'],
  ...[
    'review',
    'review @latest',
    'approve @latest --by ana',
    'approve @latest --by ana --wait',
    'approve @latest --by ana --digest 9f2c41ab9f2c41ab9f2c41ab9f2c41ab',
  ],
  ...['reject @latest --by ana --reason no', 'extend @latest 12h', 'resolve @latest completed --reason x', 'withdraw @latest --by ana'],
  ...[
    'break-glass @latest --reason x',
    'proposals cancel @latest',
    'preview @latest',
    'propose --from @latest',
    'propose --from @latest -o id',
  ],
  ...['watch', 'watch @latest', 'logs @latest', 'think', 'think --wait', 'think --wait -o id', 'approve @latest --print --by ana'],
];

describe.each(Object.entries(views))('a server that lies about a proposal (%s) (spec A5)', (_, view) => {
  it.each(lines)('cannot steer what ubos %s shows', async (line) => {
    for (const spare of [meant, new Set<string>()]) {
      const client = lying(aClient({ views: [view], listed: [listed()] }), spare);
      const stop = AbortSignal.timeout(300);
      for (const columns of [40, 200]) {
        const { stdout, stderr } = await ubos(line, { client, columns, health: poisoned(aHealth(), spare), signal: stop });
        expect([line, stdout + stderr]).toEqual([line, expect.stringMatching(harmless)]);
        // What a tool said is shown in lines of its own.
        const ours = line.startsWith('logs') ? stderr : stdout + stderr;
        expect([line, ours.split('\n').filter((each) => each.startsWith('FORGED'))]).toEqual([line, []]);
      }
    }
  });
});
