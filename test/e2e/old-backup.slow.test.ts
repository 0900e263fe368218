import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { TemporalClient } from '../../src/client/connect.js';
import { connect } from '../../src/client/connect.js';
import { createProposalClient } from '../../src/client/proposals.js';
import type { ProposalClient } from '../../src/client/proposals.js';
import { loadConfig } from '../../src/config/load.js';
import { loadTemporalConnection } from '../../src/client/temporal-connection.js';
import type { ProposalDraft } from '../../src/domain/action/proposal.schema.js';
import { isFinal } from '../../src/domain/action/status.js';
import { closeAtTheEnd } from '../support/closing.js';
import { findingsAtRest, leftovers } from '../support/trail/invariants-at-rest.js';
import { findingsAnytime, readWholeTrail } from '../support/trail/invariants.js';
import { openRig } from '../support/torture/rig.js';
import type { Rig, RigProcess } from '../support/torture/rig.js';
import { until } from '../support/until.js';

/** Which proposals were good to run at any time: all but the rejected one. */
const ids = { waiting: 'janus-0b0000000001', running: 'janus-0b0000000002', later: 'janus-0b0000000003', rejected: 'janus-0b0000000004' };

describe('a server that was restored from an older backup, while ledger and trail stayed (spec X5, Q4k)', () => {
  let rig: Rig;
  let server: RigProcess;
  let temporal: TemporalClient;
  let people: ProposalClient;
  let folder: string;
  const drafts = new Map<string, ProposalDraft>();
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'janus-backup-'));
    closeAtTheEnd(() => rm(folder, { recursive: true, force: true }));
    rig = await openRig(folder);
    // Nobody signs here: what counts is what the ledger and the trail remember.
    await rig.configure({ approvals: { rules: [], signature: 'off' } });
    server = rig.start('server');
    await server.ready;
    await rig.start('worker').ready;
    temporal = await connect(loadTemporalConnection({}, rig.home));
    closeAtTheEnd(() => temporal.close());
    people = createProposalClient({ temporal, vessel: rig.vessel, approvalSeconds: 86_400 });
  });

  const mark = (id: string, name: string, seconds = 0) => ({ tool_name: 'mark', tool_args: [id, name, String(seconds), '0'] });
  /** The same document whenever it is proposed again: a playbook or a person's file does not change because a server did. */
  const propose = async (id: string, seconds = 0) => {
    const draft = drafts.get(id) ?? {
      proposal_id: id,
      timestamp: new Date().toISOString(),
      mission_context: 'What a backup forgets',
      action_type: 'system_test',
      rationale: 'The server forgets this proposal, and its action must not run twice for that.',
      risk_level: 'medium',
      rollback_plan: 'Another line tells that it was undone',
      ...mark(id, 'step-0', seconds),
      rollback: [mark(id, 'undo-0')],
    };
    drafts.set(id, draft);
    await people.propose(draft);
    await reaches(id, 'proposed');
  };
  const reaches = (id: string, status: string) =>
    until(`${id} is ${status}`, async () => {
      const view = await people.view(id);
      return view.status === status ? view : undefined;
    });
  const ends = async (id: string) => {
    const { status } = await until(`${id} ends`, async () => {
      const view = await people.view(id);
      return isFinal(view.status) ? view : undefined;
    });
    return status;
  };
  const approve = async (id: string) => {
    const { digest } = await people.view(id);
    return people.decide(id, { decision: 'approve', by: 'ana', digest: digest ?? '' });
  };
  const began = async (id: string) => (await rig.truth.effects()).filter((effect) => effect.id === id && effect.what === 'begin').length;
  const database = () => dirname(rig.database);
  const restart = async () => {
    server = rig.start('server');
    await server.ready;
    await until('the server serves', () => temporal.client.workflowService.getSystemInfo({}).then(() => true));
  };

  it('runs nothing twice, obeys no approval against a rejection on record, and its histories agree with the trail', async () => {
    await propose(ids.waiting);
    await propose(ids.running, 4);
    await approve(ids.running);
    await until('it runs', async () => ((await began(ids.running)) === 1 ? true : undefined));
    await server.kill();
    await cp(database(), join(folder, 'backup'), { recursive: true });
    await restart();
    await approve(ids.waiting);
    expect(await ends(ids.waiting)).toBe('completed');
    expect(await ends(ids.running)).toBe('completed');
    await propose(ids.later);
    await approve(ids.later);
    expect(await ends(ids.later)).toBe('completed');
    await propose(ids.rejected);
    await people.decide(ids.rejected, { decision: 'reject', by: 'bo', reason: 'never' });
    expect(await ends(ids.rejected)).toBe('rejected');

    await server.kill();
    await rm(database(), { recursive: true });
    await cp(join(folder, 'backup'), database(), { recursive: true });
    await restart();

    expect((await reaches(ids.waiting, 'proposed')).proposalId).toBe(ids.waiting);
    // The server knows nothing of the others any more, so somebody proposes them again; the trail knows whose they were.
    for (const id of [ids.later, ids.rejected]) {
      await people.propose(drafts.get(id)!);
      expect(await people.outcome(id)).toMatchObject({ status: 'rejected', reason: expect.stringMatching(/^identity: .*another run/) });
    }
    await approve(ids.waiting);
    expect(await ends(ids.waiting)).toBe('completed');
    // The hands that ran it are long done with it; the server notices when no heartbeat comes.
    expect(await ends(ids.running)).toBe('completed');

    const config = loadConfig({ env: { JANUS_HOME: rig.home }, cwd: '/' });
    const effects = await rig.truth.effects();
    const trail = await readWholeTrail(config);
    expect(findingsAnytime(effects, trail, { isApproved: (id) => id !== ids.rejected, runningMax: rig.concurrencyMax })).toEqual([]);
    expect(await Promise.all(Object.values(ids).map(began))).toEqual([1, 1, 1, 0]);
    const promise = { steps: 1, signals: 0, rejectionAccepted: false };
    const promised = new Map(Object.values(ids).map((id) => [id, promise]));
    const { findings } = await findingsAtRest({ client: temporal.client, config, trail, effects, promised });
    // What the server has forgotten nobody can explain from it, as `ubos audit reconcile` shows: the trail keeps the first word.
    expect(findings.filter((each) => !each.includes(ids.later) && !each.includes(ids.rejected))).toEqual([]);
    expect(findings).toContain(`I3: ${ids.later} ended rejected on the server and completed in the trail`);
    expect(await leftovers(config, rig.truth.folder, rig.workerPids)).toEqual([]);
  });
});
