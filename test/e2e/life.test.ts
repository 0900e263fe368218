import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { checkChain } from '../support/trail/check-chain.js';
import { aScript } from '../support/sandbox/actions.js';
import type { DevServer } from '../support/vessel/dev-server.js';
import { openDevServer } from '../support/vessel/dev-server.js';
import type { Vessel } from '../support/vessel/vessel.js';
import { openVessel } from '../support/vessel/vessel.js';
import { workspaceBelow } from '../support/workspaces.js';

describe('a proposal from a file to its end, on a real server with a real sandbox (spec Q2)', () => {
  let server: DevServer;
  let vessel: Vessel;
  beforeAll(async () => {
    server = await openDevServer();
    vessel = await openVessel(server);
    await vessel.startWorker();
  });

  it('runs what was approved, keeps its output and writes its records (spec P6)', async () => {
    const id = await vessel.propose(aScript('echo hello > greeting && cat greeting', { expect: { files_exist: ['greeting'] } }));
    const approved = await vessel.approve(id, '--wait', '--by', 'alice');
    expect(approved).toMatchObject({ exitCode: 0 });
    expect((await vessel.ubos(['logs', id])).stdout).toBe('hello');
    expect(await vessel.trail(id)).toEqual(['action_proposed', 'action_approved', 'start_authorised', 'action_completed']);
    const [use] = (await vessel.records('tool_use')).filter(({ action_id }) => action_id === id);
    expect(use).toMatchObject({ exit_status: 0, tool_name: 'shell', event_type: 'tool_use' });
    expect(await checkChain(join(vessel.home, 'proposals.jsonl'))).toMatchObject({ ok: true });
  });

  it('rolls back what failed (spec X8)', async () => {
    const id = await vessel.propose(aScript('echo done >> trace && exit 3'));
    expect(await vessel.approve(id, '--wait')).toMatchObject({ exitCode: 7 });
    expect(await readFile(join(workspaceBelow(join(vessel.home, 'workspaces'), id), 'trace'), 'utf8')).toBe('done\nundone\n');
  });

  it('runs nothing of what was rejected', async () => {
    const id = await vessel.propose(aScript('touch ran'));
    expect(await vessel.ubos(['reject', id, '--reason', 'not today'])).toMatchObject({ exitCode: 0 });
    await vessel.reaches(id, 'rejected');
    expect(await vessel.trail(id)).toEqual(['action_proposed', 'action_rejected']);
    await expect(readFile(join(workspaceBelow(join(vessel.home, 'workspaces'), id), 'ran'))).rejects.toThrow('ENOENT');
  });

  it('takes signals from the temporal CLI, and obeys only what it understands (spec A1, O2)', async () => {
    const id = await vessel.propose(aScript('echo signalled'));
    const { digest = '' } = await vessel.view(id);
    const signal = (name: string, input: string) => vessel.temporal(['workflow', 'signal', '-w', id, '--name', name, '--input', input]);
    await signal('approve', '"yes"');
    await signal('approve', `{"by": "mallory", "digest": "${'0'.repeat(32)}"}`);
    await signal('approve', `{"by": "mallory", "digest": "${digest}", "proposal_id": "janus-000000000000"}`);
    await signal('please', '{}');
    expect((await vessel.view(id)).decisions.map(({ code }) => code)).toEqual([
      'MALFORMED',
      'DIGEST_MISMATCH',
      'WRONG_PROPOSAL',
      'UNKNOWN_NAME',
    ]);
    await signal('approve', `{"by": "alice", "digest": "${digest.slice(0, 32)}"}`);
    await vessel.reaches(id, 'completed');
    expect(await vessel.trail(id)).toEqual([
      'action_proposed',
      ...Array.from({ length: 4 }, () => 'decision_refused'),
      'action_approved',
      'start_authorised',
      'action_completed',
    ]);
  });

  it('lets one of two approvers win, and tells the other who and when (spec A1)', async () => {
    const id = await vessel.propose(aScript('echo once >> trace'));
    const both = await Promise.all(['alice', 'bob'].map((by) => vessel.approve(id, '--by', by)));
    expect(both.map(({ exitCode }) => exitCode).sort()).toEqual([0, 5]);
    await vessel.reaches(id, 'completed');
    const loser = both.find(({ exitCode }) => exitCode === 5);
    expect(loser?.stderr).toMatch(/(already \w+|decided) by (alice|bob) at 20/);
    expect(await readFile(join(workspaceBelow(join(vessel.home, 'workspaces'), id), 'trace'), 'utf8')).toBe('once\n');
  });

  it('suspends what waits for people while an emergency stop stands, and asks again when it is lifted (spec K1, K3)', async () => {
    const id = await vessel.propose(aScript('echo ran'));
    await writeFile(join(vessel.home, 'EMERGENCY_STOP'), '');
    await vessel.reaches(id, 'suspended');
    await rm(join(vessel.home, 'EMERGENCY_STOP'));
    // Whoever removes the file has lifted nothing: the stop has a name by now.
    const mark = JSON.parse(await readFile(join(vessel.home, 'controls', 'stop.json'), 'utf8')) as { id: string };
    expect(await vessel.ubos(['resume', mark.id, '--reason', 'all is well'])).toMatchObject({ exitCode: 0 });
    await vessel.reaches(id, 'proposed');
    expect(await vessel.trail(id)).not.toContain('start_authorised');
    await vessel.approve(id, '--wait');
    await vessel.reaches(id, 'completed');
    expect(await vessel.trail(id)).toContain('action_suspended');
  });

  it('proposes what a playbook matches, once (spec T1, T2, T6)', async () => {
    const playbook = {
      playbook_id: 'look-001',
      name: 'Disk look',
      description: 'Looks at the disk',
      trigger_conditions: { disk_usage_percent: '>=0' },
      action_sequence: [{ tool: 'shell', command: 'df /workspace' }],
    };
    await writeFile(join(vessel.home, 'playbooks.json'), JSON.stringify({ playbooks: [playbook] }));
    const first = JSON.parse((await vessel.ubos(['think', '--wait', '--json'])).stdout) as { started: string[] };
    expect(first.started).toHaveLength(1);
    const again = JSON.parse((await vessel.ubos(['think', '--wait', '--json'])).stdout) as {
      started: string[];
      skipped: { why: string }[];
    };
    expect(again.started).toEqual([]);
    expect(again.skipped[0]?.why).toMatch(/^cooldown 6h/);
    expect((await vessel.view(first.started[0] ?? '')).document).toMatchObject({ action_type: 'disk_look', risk_level: 'low' });
  });

  it('shows a proposal of any Temporal client in its list, and refuses what is no proposal (spec P1, O2)', async () => {
    const start = (id: string, input: unknown) =>
      vessel.temporal([
        ...['workflow', 'start', '--type', 'proposalWorkflow', '--task-queue', `${vessel.id}.brain`, '-w', id],
        ...['--input', JSON.stringify(input)],
      ]);
    const document = {
      ...aScript('echo foreign'),
      proposal_id: 'janus-00000000f0e1',
      timestamp: new Date().toISOString(),
      vessel_id: vessel.id,
    };
    expect(await start('janus-00000000f0e1', document)).toMatchObject({ exitCode: 0 });
    expect(await start('janus-00000000f0e2', { hello: 'world' })).toMatchObject({ exitCode: 0 });
    await vessel.reaches('janus-00000000f0e1', 'proposed');
    expect((await vessel.reaches('janus-00000000f0e2', 'rejected')).violations[0]).toMatchObject({ rule: 'schema' });
    const listed = JSON.parse((await vessel.ubos(['proposals', 'list', '--json'])).stdout) as {
      proposals: { proposal_id: string; source: string }[];
    };
    expect(listed.proposals).toContainEqual(expect.objectContaining({ proposal_id: 'janus-00000000f0e1', source: 'client' }));
  });
});
