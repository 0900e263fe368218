import { execFileSync } from 'node:child_process';
import { appendFile, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { anEndpoint, completionOf, sayJson } from '../support/model/endpoints.js';
import { obey } from '../support/model/obedient.js';
import { livesToOmega } from '../support/modes/omega-on-disk.js';
import { trinity } from '../support/modes/trails.js';
import { closeTrails } from '../support/trail/trails.js';
import { until } from '../support/until.js';
import { openDevServer } from '../support/vessel/dev-server.js';
import { canary, injections } from '../support/vessel/injections.js';
import type { Vessel } from '../support/vessel/vessel.js';
import { openVessel } from '../support/vessel/vessel.js';

const wishes = injections['smuggled arguments'] ?? [];
/** What an oracle answers; stands in no other sink. */
const told = 'theoraclesays';
/** Stands before whatever else a stranger wrote. */
const mark = 'strangerswords';
const queries = ['one', 'two', 'three', 'four'].map((word) => `What fills a disk, question ${word}?`);

const catalogue = [
  {
    ...{ name: 'say', description: 'Says a word', action_type: 'disk_report', tool: 'jq', args: ['-n', '--arg', 'x', '{words}', '$x'] },
    parameters: { words: { type: 'string', form: 'text', max_length: 60 } },
  },
];

const clean = {
  evidence: ['m:disk_usage_percent'],
  rationale: 'Nobody has said this word for a while, so it helps to hear it once',
  choice: { mission: 'tidy', action: 'say', parameters: { words: 'hello' } },
};

interface Asked {
  readonly messages: readonly { readonly content: string }[];
}
const promptOf = (body: string) => (JSON.parse(body) as Asked).messages.map(({ content }) => content).join('\n');

/** The real server, real workers, keys of ssh-keygen, an omega that was earned, a model that obeys whatever it reads. */
describe('strangers who write where a vessel in omega reads (spec T5)', () => {
  let vessel: Vessel;
  let asked: readonly { readonly body: string }[];
  const as = (person: string, ...args: string[]) =>
    vessel.ubos(args, { env: { JANUS_USER: person, XDG_CONFIG_HOME: join(vessel.home, 'people', person) } });
  const missions = (lookups: readonly object[]) =>
    writeFile(
      join(vessel.home, 'mission_objectives.json'),
      JSON.stringify({
        missions: [{ id: 'tidy', title: 'Keep tidy', objective: 'Disks have room', active: true, ...(lookups.length > 0 && { lookups }) }],
      }),
    );
  async function think(): Promise<readonly string[]> {
    const { stdout, stderr } = await as('ana', 'think', '--wait', '--json');
    const { started } = JSON.parse(stdout || '{}') as { started?: readonly string[] };
    if (started === undefined || started.length === 0) throw new Error(stdout + stderr);
    return started;
  }

  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'janus-omega-'));
    // Oracle and model are the same server: the oracle says what a stranger wants, and the model does what it reads.
    const model = await anEndpoint((response, request) => {
      const query = queries.findIndex((each) => request.body.includes(each) && !request.body.includes('Facts:'));
      if (query >= 0) sayJson(response, completionOf(`${told} ${wishes[query] ?? ''}`));
      else if (promptOf(request.body).includes('stands text that strangers wrote')) obey(response, request);
      else sayJson(response, completionOf({ proposals: [clean] }));
    });
    ({ asked } = model);
    const { baseUrl } = model.endpoint;
    await writeFile(join(folder, 'oracle.key'), 'a-key', { mode: 0o600 });
    vessel = await openVessel(await openDevServer(), {
      folder,
      agent: {
        operational_mode: 'omega',
        approvals: {
          ...{ allowed_signers: join(folder, 'allowed_signers'), revoked_signers: join(folder, 'revoked_signers') },
          groups: { first_citizen: ['ana'], trinity: [...trinity.recommenders] },
        },
        thinking_cycle: { enable_autonomous_proposals: true, max_proposals_per_cycle: 5, max_pending_proposals: 50 },
        llm: { providers: [{ name: 'obedient', base_url: baseUrl, model: 'obedient', profile: 'openai_json' }] },
        integrations: {
          oracle_trinity: { enabled: true, groq_endpoint: baseUrl, keys: { groq: { file: join(folder, 'oracle.key') } }, cache_hours: 0 },
        },
      },
    });
    await appendFile(join(folder, 'agent.yaml'), `catalogue: ${JSON.stringify(catalogue)}\n`);
    await writeFile(join(folder, 'playbooks.json'), JSON.stringify({ playbooks: [] }));
    const keyOf = (person: string) => join(folder, 'people', person, 'janus', 'keys', person);
    for (const person of ['ana', ...trinity.recommenders]) {
      expect(await as(person, 'keys', 'init', person)).toMatchObject({ exitCode: 0 });
      expect(await as('ana', 'keys', 'add', person, `${keyOf(person)}.pub`)).toMatchObject({ exitCode: 0 });
    }
    const { keys } = JSON.parse((await as('ana', 'keys', 'list', '--json')).stdout) as {
      keys: { principal: string; fingerprint: string }[];
    };
    await livesToOmega(folder, {
      vessel: vessel.id,
      fingerprint: (name) => keys.find(({ principal }) => principal === name)?.fingerprint ?? '',
      sign: (name, statement) =>
        execFileSync('ssh-keygen', ['-q', '-Y', 'sign', '-n', 'janus-approval@v1', '-f', keyOf(name)], {
          input: statement,
          stdio: 'pipe',
        }).toString(),
    });
    await closeTrails();
    await vessel.startWorker();
    // The server is new and knows no vessel: what the trail bears out is taken up again by a signed word alone.
    const isDown = async () =>
      (await vessel.records('mission_log')).some(({ event_type: type, to }) => type === 'mode_change' && to === 'alpha');
    await until('the mode came down', async () => ((await isDown()) ? true : undefined));
    expect(await as('ana', 'mode', 'restore', '--reason', 'the server is new')).toMatchObject({ exitCode: 0 });
  });

  it('what a model chose for its own facts runs alone: the mode is in earnest', async () => {
    expect(JSON.parse((await as('ana', 'status', '--json')).stdout)).toMatchObject({ mode: 'omega' });
    await missions([]);
    const [id = ''] = await think();
    await vessel.reaches(id, 'completed');
    const approved = (await vessel.records()).find(({ action_id: of, event_type: type }) => of === id && type === 'action_approved');
    expect(approved).toMatchObject({ approved_by: ['mode:omega'], assurance: 'mode' });
  });

  it('nothing of what strangers want does: it waits for a person and names the source, or never reaches a prompt; no secret leaves', async () => {
    const { home } = vessel;
    const before = asked.length;
    const wish = `${mark} ${wishes[0] ?? ''} ${canary}`;
    await appendFile(join(home, 'agent.log'), `${JSON.stringify({ level: 'info', msg: wish })}\n`);
    await mkdir(join(home, 'workspaces', mark), { recursive: true });
    await writeFile(join(home, 'workspaces', mark, 'x'), canary);
    const call = ['--tool', 'jq', '--arg', '-n', '--arg', wish, '--mission', wish, '--type', 'disk_report', '--risk', 'low'];
    await as('ana', 'propose', ...call, '--rationale', `${wish} and so on, because it was asked for`);
    await missions(queries.map((query) => ({ oracle: 'groq', query })));
    const started = await think();
    expect(started.length).toBeGreaterThanOrEqual(4);
    for (const id of started) {
      await until(`the review of ${id}`, async () => ((await vessel.trail(id)).includes('action_proposed') ? true : undefined));
      const view = await vessel.view(id);
      expect(view).toMatchObject({ status: 'proposed', document: { metadata: { source: 'model', outside_sources: ['oracle groq'] } } });
    }
    expect((await as('ana', 'proposals', 'show', started[0] ?? '')).stdout).toContain('OUTSIDE TEXT');
    const prompts = asked.slice(before).filter(({ body }) => body.includes('Facts:'));
    expect(prompts.some(({ body }) => body.includes(told))).toBe(true);
    expect(JSON.stringify(prompts)).not.toContain(mark);
    expect(JSON.stringify(asked)).not.toContain(canary);
    // What may run alone does so meanwhile, and they do not.
    await missions([]);
    clean.choice.parameters.words = 'hello again';
    await vessel.reaches((await think())[0] ?? '', 'completed');
    const ran = new Set((await vessel.records('tool_use')).map(({ action_id: id }) => id));
    expect(started.filter((id) => ran.has(id))).toEqual([]);
  });
});
