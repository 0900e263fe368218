import { afterEach, describe, expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { signFound, signSchedule } from '../../../src/activities/shared/own-word.js';
import { createVouchers, ensurePermitKeys } from '../../../src/adapters/permit/create-permits.js';
import type { BookFinding } from '../../../src/contract/bookkeeping.js';
import { packResult } from '../../../src/domain/action/packing.js';

import { resumed } from '../../support/bench/holds.js';
import { useFolders } from '../../support/folders.js';
import { aFinish, aResult } from '../../support/trail/ledgers.js';
import { closeTrails, openTrail, recordsIn } from '../../support/trail/trails.js';
import { answerOf, openBrain } from '../../support/vessel/brains.js';

const folder = useFolders();
afterEach(closeTrails);

const broken = {
  check: 'verify',
  ok: false,
  summary: 'proposals: line 7 was changed',
  data: { logs: [{ log: 'proposals', state: 'broken', from: 0, to: 6, leaf: null, heads: 0, warnings: 0 }] },
} as const satisfies BookFinding<'verify'>;
const differs = (alarms: readonly object[]) =>
  ({ check: 'reconcile', ok: false, summary: 'they differ', data: { alarms, counts: {} } }) as unknown as BookFinding<'reconcile'>;

async function aVessel(violationAction: 'immediate_stop' | 'pause' | 'alert' = 'immediate_stop') {
  const here = folder();
  const vouchers = createVouchers(await ensurePermitKeys(join(here, 'keys')));
  const own = { self: { vessel: 'janus-test', namespace: 'default' }, vouchers };
  const brain = openBrain(here, { approvals: { vouchers }, violationAction });
  const file = join(here, 'mission_log.jsonl');
  const missionLog = () => (existsSync(file) ? recordsIn(file) : []);
  const of = (event: string) => missionLog().filter(({ event_type: type }) => type === event);
  /** What the bookkeeping of one night found; signed by the vessel, or by nobody. */
  const found = (night: string, finding: BookFinding, signature?: string) => {
    const identity = { workflowId: `janus-test-bookkeeping-${night}`, firstRunId: night };
    const start = { workflowType: 'bookkeepingWorkflow', workflowId: 'janus-test-bookkeeping', args: { vessel: 'janus-test' } };
    const run = { identity, input: { vessel: 'janus-test', voucher: signSchedule(own, start) } };
    const vouched = { finding, signature: signature ?? signFound(own, identity, finding) };
    return brain.recordFinding({ ...run, check: finding.check, found: vouched });
  };
  return { here, brain, of, found };
}

describe('a breach of the constitution (spec K4)', () => {
  it('stops the vessel once, keeps evidence first, and tells people', async () => {
    const { brain, of, found } = await aVessel();
    expect(await found('night-1', broken)).toMatchObject({ kind: 'recorded', ok: false });
    const [violation] = of('constitutional_violation');
    expect(violation).toMatchObject({ kind: 'broken_chain', action: 'immediate_stop', evidence: '/evidence', stop: 'stop-0123456789ab' });
    expect(brain.breachesAnswered).toEqual([
      `evidence ${violation?.id}`,
      'stop the chain of the audit trail is broken (proposals behind record 6)',
    ]);
    // What is found again every night, and was looked at by people, stops nothing a second time.
    await found('night-2', broken);
    expect([of('constitutional_violation').length, brain.breachesAnswered.length]).toEqual([1, 2]);
  });

  it('pauses where that is configured, until the pause is lifted', async () => {
    const { here, brain, of, found } = await aVessel('pause');
    const sound = await brain.passed();
    await found('night', differs([{ kind: 'ledger_differs', breach: 'unpermitted_start', workflow_id: 'janus-0123456789ab' }]));
    const [{ pause } = { pause: '' }] = of('constitutional_violation');
    const decisions = [{ kind: 'approve' as const, by: 'ana', digest: sound.digest.slice(0, 32) }];
    const asked = { ...sound, decisions, decidedAt: '2026-01-02T04:00:00.000Z', verdict: 1 };
    expect(await brain.authoriseStart({ ...asked, attempt: 1 })).toEqual({ kind: 'paused', why: expect.stringContaining(String(pause)) });
    await openTrail(here).trail.append('mission_log', resumed(String(pause)));
    expect(await brain.authoriseStart({ ...asked, attempt: 2 })).toMatchObject({ kind: 'authorised' });
    expect(brain.breachesAnswered).toHaveLength(1);
  });

  it('is a process that outlived its action, in what the hands signed', async () => {
    const { brain, of } = await aVessel('alert');
    const sound = await brain.passed();
    const packed = { ...aFinish(), steps: [packResult(aResult({ reason: 'tampered', exitCode: 0 }))] };
    const answer = answerOf(sound.plan, { act: 'execute', answer: packed as never });
    await brain.recordResult({ ...sound, act: 'execute', ...answer, decidedBy: 'ana' });
    expect(of('constitutional_violation')).toMatchObject([{ kind: 'outlived', at: 'janus-0123456789ab/tool/0', action: 'alert' }]);
  });

  it.each<[string, BookFinding, string | undefined]>([
    ['that nobody of this vessel signed', broken, 'bm9ib2R5'],
    ['of histories, which whoever owns the server writes', differs([{ kind: 'executed_without_approval', workflow_id: 'x' }]), undefined],
    ['of a kind that nobody knows', differs([{ kind: 'ledger_differs', breach: 'toString', workflow_id: 'x' }]), undefined],
  ])('is no finding %s', async (_, finding, signature) => {
    const { brain, of, found } = await aVessel();
    await found('night', finding, signature);
    expect([of('constitutional_violation'), brain.breachesAnswered]).toEqual([[], []]);
  });
});

describe('what was tried and refused (spec G4, K4)', () => {
  const command = (index: number) => ({
    proposal_id: `janus-${index.toString(16).padStart(12, '0')}`,
    tool_args: [`sudo reboot ${index}`],
  });

  it('tells people of commands that no action may be, twenty an hour at most, and breaks nothing', async () => {
    const { brain, of } = await aVessel();
    for (let index = 1; index <= 25; index += 1) await brain.review(command(index));
    expect(of('unauthorised_attempt')).toHaveLength(20);
    expect(of('unauthorised_attempt')[0]).toMatchObject({
      kind: 'command',
      proposal_id: 'janus-000000000001',
      summary: expect.stringContaining('privileged'),
    });
    brain.circumstances.now = new Date('2026-01-02T04:04:06.000Z');
    await brain.review(command(26));
    expect(of('unauthorised_attempt')).toHaveLength(21);
    expect([of('constitutional_violation'), brain.breachesAnswered]).toEqual([[], []]);
  });

  it('does not call a mistake in a form an attempt', async () => {
    const { brain, of } = await aVessel();
    await brain.review({ rationale: 'short' });
    expect(of('unauthorised_attempt')).toEqual([]);
  });

  it('tells of domains that were not approved, and of too much traffic', async () => {
    const { brain, of } = await aVessel();
    const sound = await brain.passed();
    const refused = { host: 'evil.example', port: 443, tx: 0, rx: 0, ms: 1, verdict: 'domain' };
    const network = { connections: 2, denied: 2, tx: 0, rx: 0, records: [refused, refused] };
    const packed = {
      ...aFinish(),
      steps: [packResult(aResult({ reason: 'egress', note: 'more than 5 bytes went through the proxy', network }))],
    };
    const answer = answerOf(sound.plan, { act: 'execute', answer: packed as never });
    await brain.recordResult({ ...sound, act: 'execute', ...answer, decidedBy: 'ana' });
    expect(of('unauthorised_attempt')).toMatchObject([
      { kind: 'domain', summary: expect.stringContaining('asked for evil.example:443 and 1 more, which was not approved') },
      { kind: 'traffic', summary: expect.stringContaining('more than 5 bytes') },
    ]);
  });

  it('tells of words and answers in the name of others, and of starts that hands refused', async () => {
    const { brain, of } = await aVessel();
    const { document, plan, identity } = await brain.passed();
    const note = (name: string, eventType: string, data: object) =>
      brain.recordEvents({ identity, document, events: [{ name, eventType, summary: `${name} did not count`, data }] as never });
    const refused = (code: string) => ({ decision: 'approve', by: 'eve', code, received_at: '2026-01-02T03:04:05.000Z' });
    await note('refused/1', 'decision_refused', refused('DIGEST_MISMATCH'));
    expect(of('unauthorised_attempt')).toEqual([]);
    await note('refused/2', 'decision_refused', refused('SIGNATURE_INVALID'));
    await note('refused/3', 'decision_refused', refused('NOT_AUTHORISED'));
    await note('refused_answer/1', 'result_refused', { act: 'execute' });
    const said = { state: 'not_started', host: 'box', code: 'PERMIT_REFUSED', why: 'no' } as const;
    const answer = answerOf(plan, { act: 'execute', answer: said });
    const sound = await brain.passed();
    await brain.recordResult({ ...sound, act: 'execute', ...answer, decidedBy: 'ana' });
    expect(of('unauthorised_attempt').map(({ kind }) => kind)).toEqual(['word', 'answer', 'permit']);
    expect([of('constitutional_violation'), brain.breachesAnswered]).toEqual([[], []]);
  });
});
