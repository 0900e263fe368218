import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { defaultPayloadConverter } from '@temporalio/common';
import type { TemporalClient } from '../../src/client/connect.js';
import { connect } from '../../src/client/connect.js';
import { loadTemporalConnection } from '../../src/client/temporal-connection.js';
import { vesselWorkflowId } from '../../src/contract/names.js';
import type { StartRequest } from '../../src/contract/hands.js';
import { day, hour } from '../../src/domain/modes/settings.js';
import type { AuditRecord } from '../../src/domain/trail/records.js';
import { closeAtTheEnd } from '../support/closing.js';
import { lifeIn } from '../support/modes/trail-life.js';
import { aPlaybookDocument } from '../support/proposals/playbooks.js';
import { closeTrails } from '../support/trail/trails.js';
import { until } from '../support/until.js';
import type { DevServer } from '../support/vessel/dev-server.js';
import { openDevServer } from '../support/vessel/dev-server.js';
import type { Vessel, WorkerProcess } from '../support/vessel/vessel.js';
import { openVessel } from '../support/vessel/vessel.js';

/** It fires in each cycle, and leaves a trace where it ran. */
const writes = (id: string) =>
  aPlaybookDocument({
    ...{ playbook_id: id, name: id, trigger_conditions: { disk_usage_percent: '>=0' }, risk_level: 'medium' },
    action_sequence: [{ tool: 'shell', args: [`echo ${id} >> trace`] }],
    rollback_plan: 'remove the trace',
    rollback: [{ tool_name: 'shell', tool_args: ['rm -f trace'] }],
  });

/** Thirty days on record, the real server, keys of ssh-keygen, real sandboxes: what runs without a person, and what does not. */
describe('a vessel that has earned beta (spec T7)', () => {
  let server: DevServer;
  let vessel: Vessel;
  let hands: WorkerProcess;
  let temporal: TemporalClient;
  const as = (person: string, ...args: string[]) =>
    vessel.ubos(args, { env: { JANUS_USER: person, XDG_CONFIG_HOME: join(vessel.home, 'people', person) } });
  const registry = () => join(vessel.home, 'playbooks.json');
  const isAbout = ({ proposal }: AuditRecord, playbook: string) =>
    (proposal as { metadata?: { playbook_id?: string } } | undefined)?.metadata?.playbook_id === playbook;
  /** A playbook that stands in the file from now on, with the word of a person or without. */
  async function stands(id: string, isApproved: boolean): Promise<void> {
    const { playbooks } = JSON.parse(await readFile(registry(), 'utf8')) as { playbooks: unknown[] };
    await writeFile(registry(), JSON.stringify({ playbooks: [...playbooks, writes(id)] }));
    if (!isApproved) return;
    const { stdout } = await as('ana', 'playbooks', 'show', id, '--json');
    const { playbook_hash: hash } = JSON.parse(stdout) as { playbook_hash: string };
    expect(await as('ana', 'playbooks', 'approve', id, '--digest', hash)).toMatchObject({ exitCode: 0 });
  }
  /** Of the proposal that the cycle makes of it. */
  async function fires(playbook: string): Promise<string> {
    const { stdout, stderr } = await as('ana', 'think', '--wait', '--json');
    const { started } = JSON.parse(stdout || '{}') as { started?: readonly string[] };
    if (started === undefined || started.length === 0) throw new Error(stdout + stderr);
    // A cycle does not wait for the review of what it has started.
    return until(`what ${playbook} proposed is on record`, async () => {
      const found = (await vessel.records()).find((record) => started.includes(record.action_id ?? '') && isAbout(record, playbook));
      return found?.action_id;
    });
  }

  beforeAll(async () => {
    server = await openDevServer();
    const folder = await mkdtemp(join(tmpdir(), 'janus-beta-'));
    const approvals = {
      ...{ allowed_signers: join(folder, 'allowed_signers'), revoked_signers: join(folder, 'revoked_signers') },
      groups: { first_citizen: ['ana', 'bo'] },
    };
    vessel = await openVessel(server, { folder, agent: { approvals, operational_mode: 'beta' } });
    const life = lifeIn(folder, Date.now() - 30 * day - hour);
    await life.cycles(30);
    await life.decide(60);
    await closeTrails();
    await writeFile(registry(), JSON.stringify({ playbooks: [] }));
    for (const person of ['ana', 'bo']) {
      expect(await as(person, 'keys', 'init', person)).toMatchObject({ exitCode: 0 });
      const key = join(vessel.home, 'people', person, 'janus', 'keys', `${person}.pub`);
      expect(await as('ana', 'keys', 'add', person, key)).toMatchObject({ exitCode: 0 });
    }
    await vessel.startWorker('brain');
    hands = await vessel.startWorker('hands');
    temporal = await connect(loadTemporalConnection({}, vessel.home));
    closeAtTheEnd(() => temporal.close());
  });

  it('begins by a signed word alone: until then what people approved beforehand waits for them', async () => {
    await stands('early', true);
    const id = await fires('early');
    await until('the mode was asked', async () => ((await vessel.trail(id)).includes('grant_withheld') ? true : undefined));
    const order = JSON.stringify({ kind: 'authorise', of: 'mode-initial', mode: 'beta', by: 'ana', reason: 'I can reach the port' });
    const sent = ['workflow', 'update', 'execute', '-w', vesselWorkflowId(vessel.id), '--name', 'order', '--input', order, '-o', 'json'];
    expect(JSON.parse((await vessel.temporal(sent)).stdout)).toMatchObject({ result: { accepted: false } });
    expect(await as('ana', 'mode', 'authorise', 'beta', '--reason', 'thirty good days')).toMatchObject({ exitCode: 0 });
    expect(JSON.parse((await as('ana', 'status', '--json')).stdout)).toMatchObject({ mode: 'beta', ceiling: 'beta' });
    expect(await vessel.view(id)).toMatchObject({ status: 'proposed' });
    const logged = async () => (await readFile(join(vessel.home, 'agent.log'), 'utf8')).includes('"event_type":"mode_change"');
    await until('the agent log has it, too', async () => ((await logged()) ? true : undefined));
  });

  it('runs an approved playbook by itself, and one that nobody approved waits for people', async () => {
    await stands('known', true);
    await stands('unapproved', false);
    const [known, waiting] = [
      await fires('known'),
      (await vessel.records()).find((record) => isAbout(record, 'unapproved'))?.action_id ?? '',
    ];
    await vessel.reaches(known, 'completed');
    const approved = (await vessel.records()).find((record) => record.action_id === known && record.event_type === 'action_approved');
    expect(approved).toMatchObject({ approved_by: ['mode:beta'], assurance: 'mode', grant: { mode: 'beta' } });
    expect((await vessel.view(known)).results).toHaveLength(1);
    expect(await vessel.view(waiting)).toMatchObject({ status: 'proposed' });
    // What was put on record before the server was there has no history.
    const { exitCode, stdout } = await vessel.ubos(['audit', 'reconcile', '--since', '30m']);
    expect({ exitCode, stdout }).toMatchObject({ exitCode: 0 });
  });

  it('a permit that a stranger took from the queue runs nothing once the playbook is not approved any more', async () => {
    await hands.stop();
    await stands('third', true);
    const id = await fires('third');
    const { host } = JSON.parse((await vessel.ubos(['config', 'show', '--json'])).stdout) as { host: string };
    const queue = `${vessel.id}.hands.${host}`;
    const { namespace, client } = temporal;
    const input = await until('the hands are asked', async () => {
      const task = await client.connection.withDeadline(Date.now() + 15_000, () =>
        client.workflowService.pollActivityTaskQueue({ namespace, taskQueue: { name: queue }, identity: 'rogue' }),
      );
      return task.taskToken.length === 0 ? undefined : defaultPayloadConverter.fromPayload<StartRequest>(task.input!.payloads![0]!);
    });
    expect(input).toMatchObject({ permit: { grant: { mode: 'beta' } } });
    await writeFile(registry(), (await readFile(registry(), 'utf8')).replace('echo third', 'echo third twice'));
    hands = await vessel.startWorker('hands');
    const { stdout } = await vessel.temporal([
      ...['activity', 'execute', '--activity-id', 'stranger', '--type', 'executeAction', '--task-queue', queue],
      ...['--schedule-to-close-timeout', '60s', '--start-to-close-timeout', '50s', '--retry-maximum-attempts', '1'],
      ...['--input', JSON.stringify(input), '-o', 'json'],
    ]);
    expect(JSON.parse(stdout)).toMatchObject({ result: { answer: { state: 'not_started', code: 'PERMIT_REFUSED' } } });
    expect((await vessel.view(id)).results).toEqual([]);
  });
});
