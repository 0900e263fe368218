import { appendFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EXIT } from '../../src/cli/exit-codes.js';
import { commands } from '../../src/cli/commands.js';
import { aClient, unfolding } from './support/fake-client.js';
import { aConfig, ubos } from './support/ubos.js';
import { aView, id, listing, mediumRisk, otherId } from './support/views.js';

let home = '';
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'janus-cli-'));
});
afterAll(() => rm(home, { recursive: true, force: true }));

describe('which proposal is meant', () => {
  it.each([id, '0123456789ab', '012345', 'janus-01234567', '@latest', 'JANUS-0123456789AB'])('%s', async (reference) => {
    const client = aClient();
    const { code } = await ubos(['approve', reference], { client });
    expect([code, client.sent.map((message) => message.proposal_id)]).toEqual([EXIT.ok, [id]]);
  });
});

describe('decisions say what they mean', () => {
  it.each([
    { line: `approve ${id} --reason fine`, sent: { decision: 'approve', digest: aView().digest, reason: 'fine' } },
    { line: `approve ${id} --digest ${aView().digest!.slice(0, 8)}`, sent: { decision: 'approve', digest: aView().digest } },
    { line: `reject ${id} --reason because`, sent: { decision: 'reject', reason: 'because' } },
    { line: `extend ${id} 12h`, sent: { decision: 'extend', extend: '12h' } },
    { line: `proposals cancel ${id}`, sent: { decision: 'cancel' } },
    { line: `resolve ${id} failed --reason looked`, sent: { decision: 'resolve', outcome: 'failed', reason: 'looked' } },
  ])('ubos $line', async ({ line, sent }) => {
    const client = aClient();
    await ubos(`${line} --by alice`, { client });
    expect(client.sent).toEqual([{ ...sent, by: 'alice', proposal_id: id }]);
  });

  it('JANUS_USER decides where --by is not given, and one id twice is one decision', async () => {
    const client = aClient();
    await ubos(`approve ${id} 012345`, { client, env: { JANUS_USER: 'carol' } });
    expect(client.sent.map(({ by }) => by)).toEqual(['carol']);
  });

  it('two at once: the second learns who was first, and when', async () => {
    const client = aClient({ views: [aView({ document: mediumRisk })] });
    const line = `approve ${id} --digest ${aView({ document: mediumRisk }).digest!.slice(0, 8)}`;
    const [first, second] = await Promise.all([ubos(`${line} --by alice`, { client }), ubos(`${line} --by bob`, { client })]);
    expect([first.code, second.code, client.sent.length]).toEqual([EXIT.ok, EXIT.conflict, 1]);
    expect(second.stderr).toContain(`${id}: already approved by alice at 2026-01-02T12:00:00.000Z`);
  });
});

describe('list', () => {
  it.each([
    { line: '', filter: { all: false, limit: 100 } },
    { line: '--all --limit 7', filter: { all: true, limit: 7 } },
    { line: '--state completed', filter: { all: false, state: 'completed', limit: 100 } },
  ])('"$line" asks for $filter', async ({ line, filter }) => {
    const client = aClient();
    await ubos(`proposals list ${line}`, { client });
    expect(client.filters).toEqual([filter]);
  });

  it('-o id prints ids and nothing else', async () => {
    const { stdout, stderr } = await ubos('proposals list -o id', { client: aClient({ listed: listing }) });
    expect([stdout, stderr]).toEqual([listing.map((each) => `${each.proposal_id}\n`).join(''), '']);
  });

  it('says when there may be more', async () => {
    expect((await ubos('proposals list --limit 3', { client: aClient({ listed: listing }) })).stderr).toContain('Only 3 are shown');
  });
});

describe('logs', () => {
  const folder = () => join(home, 'workspaces', `${id}.output`);
  it('-f goes on where it stopped, never inside a character, until the proposal has ended', async () => {
    await mkdir(folder(), { recursive: true });
    const whole = Buffer.from('grün\n');
    await writeFile(join(folder(), 'step-1.stdout'), whole.subarray(0, 3));
    const { view } = unfolding(aView({ status: 'executing' }), aView({ status: 'executing' }), aView({ status: 'completed' }));
    let looks = 0;
    const client = aClient({
      change: {
        view: async (of) => {
          looks += 1;
          if (looks === 2) await appendFile(join(folder(), 'step-1.stdout'), whole.subarray(3));
          return view!(of);
        },
      },
    });
    const { code, stdout } = await ubos(`logs ${id} -f`, { client, config: aConfig({}, home) });
    expect([code, stdout, looks]).toEqual([EXIT.ok, 'grün\n', 3]);
  });

  it.each([
    { flags: '', prints: 'out1\nerr1\nout2\nundone\n' },
    { flags: '--stdout', prints: 'out1\nout2\nundone\n' },
    { flags: '--stderr', prints: 'err1\n' },
    { flags: '--stdout --stderr', prints: 'out1\nerr1\nout2\nundone\n' },
  ])('"$flags" in the order in which it happened', async ({ flags, prints }) => {
    await rm(folder(), { recursive: true, force: true });
    await mkdir(folder(), { recursive: true });
    const files = { 'step-1.stdout': 'out1\n', 'step-1.stderr': 'err1\n', 'step-2.stdout': 'out2\n', 'rollback-1.stdout': 'undone\n' };
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder(), name), text);
    const client = aClient({ views: [aView({ status: 'rolled_back' })] });
    expect((await ubos(`logs ${id} ${flags}`, { client, config: aConfig({}, home) })).stdout).toBe(prints);
  });

  it('says that there is nothing', async () => {
    expect(await ubos(`logs ${id}`)).toMatchObject({ code: EXIT.ok, stdout: '', stderr: `${id} is proposed: it has no output.\n` });
  });
});

describe('config', () => {
  it('validate names the playbook that is broken', async () => {
    await writeFile(join(home, 'playbooks.json'), JSON.stringify({ playbooks: [{ playbook_id: 'maintenance-001', nonsense: 1 }] }));
    const { code, stderr } = await ubos('config validate', { config: aConfig({}, home) });
    expect([code, stderr]).toEqual([EXIT.usage, expect.stringMatching(/playbooks\.json:1: playbooks\.0\.nonsense: found an unknown key/)]);
  });

  it('show speaks in the words of files', async () => {
    expect(JSON.parse((await ubos('config show')).stdout)).toMatchObject({
      vessel_id: 'janus-test',
      policy: { limits: { cpu_seconds: 300 } },
    });
  });

  it('explain suggests the key that was meant', async () => {
    expect(await ubos('config explain harnes')).toMatchObject({
      code: EXIT.usage,
      stderr: expect.stringContaining('did you mean harness?'),
    });
  });
});

describe('ui', () => {
  it.each([
    { env: {}, base: 'http://127.0.0.1:8233' },
    { env: { TEMPORAL_ADDRESS: '[::1]:7400' }, base: 'http://[::1]:8400' },
    { env: { JANUS_UI_URL: 'https://temporal.example/' }, base: 'https://temporal.example' },
  ])('$base', async ({ env, base }) => {
    const unreachable = aClient({ change: { resolveId: () => Promise.reject(new Error('no server was needed')) } });
    const { stdout } = await ubos(`ui ${id}`, { env, client: unreachable });
    expect(stdout).toContain(`proposal   ${base}/namespaces/default/workflows/${id}\n`);
  });

  it('--address and --namespace count here too', async () => {
    const { stdout } = await ubos(`ui ${otherId} --address host:7000 --namespace ns`);
    expect(stdout).toContain(`http://host:8000/namespaces/ns/workflows/${otherId}`);
  });
});

describe('help', () => {
  it.each(commands.map(({ path }) => path.join(' ')))('of %s, by flag and by verb, needs nothing and is the same', async (verb) => {
    const nothing = { client: undefined as never, config: undefined as never };
    const byFlag = await ubos(`${verb} --help`, nothing);
    expect(byFlag).toMatchObject({ code: EXIT.ok, stderr: '', stdout: expect.stringMatching(new RegExp(`^ubos ${verb}`)) });
    if (!verb.startsWith('help')) expect((await ubos(`help ${verb}`, nothing)).stdout).toBe(byFlag.stdout);
  });

  it('flags may stand before the verb', async () => {
    expect((await ubos('--timeout 9s -o id proposals list')).stdout).toBe(`${id}\n`);
  });
});
