import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import type { Endpoint } from '../../../src/adapters/model/ask-provider.js';
import { createAuditTrail } from '../../../src/adapters/audit/write/create-audit-trail.js';
import { createVouchers, ensurePermitKeys } from '../../../src/adapters/permit/create-permits.js';
import type { JanusConfig } from '../../../src/config/config.js';
import { logFilesOf } from '../../../src/config/config.js';
import type { MindActivities } from '../../../src/contract/cycle.js';
import { ticketText } from '../../../src/domain/approval/own-word.js';
import type { LogName } from '../../../src/domain/trail/logs.js';
import { wireKnown } from '../../../src/worker/wiring/known.js';
import { wireMind } from '../../../src/worker/wiring/mind.js';
import { aConfig } from '../../cli/support/ubos.js';
import { aFolder } from '../../support/folders.js';
import { anEndpoint } from '../../support/model/endpoints.js';
import { anLlm } from '../../support/model/llm.js';
import { obey } from '../../support/model/obedient.js';
import { aContext, aDocument, sha256 } from '../../support/proposals/proposals.js';
import type { anEntry } from '../../support/trail/trails.js';
import { canary, injections } from '../../support/vessel/injections.js';
import { aCatalogue } from '../../support/vessel/minds.js';

/** Stands before whatever a stranger wrote, in letters that every rewriting of it keeps. */
const mark = 'strangerswords';

const folder = aFolder();
const self = { vessel: 'janus-test', namespace: 'default' };
let endpoint: Endpoint;
let asked: Awaited<ReturnType<typeof anEndpoint>>['asked'];
const opened: { close(): Promise<unknown> }[] = [];

beforeAll(async () => {
  ({ endpoint, asked } = await anEndpoint(obey));
  process.env['JANUS_TEST_SECRET'] = canary;
});
afterAll(async () => {
  delete process.env['JANUS_TEST_SECRET'];
  await Promise.all(opened.map((trail) => trail.close()));
});

/** The mind of a worker as it is wired, over a real trail and a real home, with a model that obeys. */
async function aRealMind(name: string, missionTitle = 'Keep tidy') {
  const home = join(folder, name);
  await mkdir(join(home, 'workspaces'), { recursive: true });
  const config = aConfig(
    { llm: anLlm({ providers: [endpoint] }), catalogue: aCatalogue.entries, thinking: { ...aConfig().thinking, autonomous: true } },
    home,
  );
  const missions = { missions: [{ id: 'tidy', title: missionTitle, objective: 'Disks have room', active: true }] };
  await writeFile(config.paths.missionObjectives, JSON.stringify(missions));
  await writeFile(config.paths.charter, '## Record\nWhat cannot be recorded is not done.\n');
  const vouchers = createVouchers(await ensurePermitKeys(config.paths.keys));
  await writeFile(join(config.paths.keys, 'api-key'), canary);
  const { known, projections } = wireKnown(config);
  const trail = createAuditTrail({ files: logFilesOf(config), vesselName: config.vesselName, projections });
  opened.push(trail);
  const own = { self, vouchers, sha256, now: () => new Date() };
  const mind = wireMind(config, {
    ...{ trail, known, reviewContext: async () => aContext(), emergencyStop: async () => undefined, mode: () => 'omega', vouching: own },
  });
  const append = (log: LogName, entry: object) =>
    trail.append(log, { summary: 'written', data: {}, ...entry } as unknown as ReturnType<typeof anEntry>);
  return { config, append, promptNow: () => promptOf(mind, vouchers) };
}

/** All that is sent to the model in one cycle. */
async function promptOf(mind: MindActivities, vouchers: ReturnType<typeof createVouchers>): Promise<string> {
  const run = { workflowId: 'janus-test-thinking-cycle', firstRunId: `r${asked.length}` };
  const gathered = await mind.gather({ run });
  const expiresAt = new Date(Date.now() + 60_000).toISOString();
  const open = { step: 'propose', contextDigest: gathered.found.context.digest, seconds: 30, expiresAt } as const;
  const ticket = { ...open, signature: vouchers.vouch(ticketText(self, run, open)) };
  const asking = () => mind.askModel({ run, gathered, ticket });
  await new MockActivityEnvironment().run<[], Awaited<ReturnType<typeof asking>>, typeof asking>(asking);
  const { body, headers } = asked.at(-1)!;
  return JSON.stringify([body, headers]);
}

type Planter = (
  words: string,
  id: string,
  to: { readonly config: JanusConfig; readonly append: (log: LogName, entry: object) => Promise<unknown> },
) => unknown;
const proposedBy = (assurance: string) => ({ proposer_assurance: assurance, deadline: '2026-01-03T03:04:05.000Z', status: 'proposed' });

/** Where strangers, tools and people leave words on this host. */
const sinks: readonly (readonly [string, Planter])[] = [
  ['a line of the agent log', (words, _, { config }) => appendFile(config.paths.agentLog, `${JSON.stringify({ msg: words })}\n`)],
  ['the name of a file', (words, id, { config }) => aFileCalled(join(config.paths.workspaces, id), words)],
  ['the name of a folder of workspaces', (words, _, { config }) => aFileCalled(join(config.paths.workspaces, fileName(words)), 'x')],
  [
    'what a tool printed',
    (words, id, { append }) =>
      append('tool_use', { id: `${id}/step/0`, eventType: 'tool_executed', actionId: id, data: { stdout: words, tool: words } }),
  ],
  [
    'what a stranger calls and says of his proposal',
    (words, id, { append }) =>
      append('proposals', {
        ...{ id: `${id}/review`, eventType: 'action_proposed', actionId: id, summary: words },
        data: {
          ...proposedBy('unsigned'),
          action_type: words,
          mission_context: words,
          proposal: aDocument({ rationale: words, action_type: words }),
        },
      }),
  ],
  [
    'what the vessel’s own proposal was told when it ended, and by whom',
    async (words, id, { append }) => {
      const own = { ...proposedBy('brain'), action_type: 'disk_report' };
      await append('proposals', { id: `${id}/review`, eventType: 'action_proposed', actionId: id, data: own });
      const given = { progress: words, by: words, reason: words, deadline: words, action_type: words };
      await append('proposals', { id: `${id}/given`, eventType: 'approval_given', actionId: id, summary: words, data: given });
      await append('proposals', { id: `${id}/more`, eventType: 'deadline_extended', actionId: id, summary: words, data: given });
      if (Number(id.slice(-2)) % 2 === 0)
        await append('proposals', {
          id: `${id}/end`,
          eventType: 'action_rejected',
          actionId: id,
          summary: words,
          data: { decided_by: words },
        });
    },
  ],
  [
    "a person's reason, and the label of a measurement",
    (words, id, { append }) =>
      append('mission_log', {
        ...{ id: `order/${id}`, eventType: 'vessel_resumed', summary: words },
        data: { by: words, reason: words, metrics: { [words]: 1 }, matched: [words], reached: [words] },
      }),
  ],
];

const fileName = (words: string) => words.replaceAll('/', '_').slice(0, 60);
async function aFileCalled(at: string, words: string): Promise<void> {
  await mkdir(at, { recursive: true });
  await writeFile(join(at, fileName(words)), words);
}

describe('what the model is sent, of a host where strangers wrote everywhere (spec T5)', () => {
  it.each(sinks)('%s: not a word of the fifty, and no secret of the host', async (_, plant) => {
    const mind = await aRealMind(String(asked.length));
    let planted = 0;
    for (const family of Object.values(injections)) {
      for (const wish of family) await plant(`${mark} ${wish} ${canary}`, `janus-${String((planted += 1)).padStart(12, '0')}`, mind);
      const sent = await mind.promptNow();
      expect(sent).not.toMatch(new RegExp(`${mark}|${canary}`, 'i'));
      expect(sent).toContain('disk_usage_percent is');
    }
    expect(planted).toBe(50);
  });

  it('a title of a mission does arrive: it is the word of the operators, and this test can see it', async () => {
    const { promptNow } = await aRealMind('seen', `Keep ${mark} away`);
    expect(await promptNow()).toContain(mark);
  });
});
