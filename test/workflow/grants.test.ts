import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Bench, ProposalHandle } from '../support/bench/bench.js';
import { openBench } from '../support/bench/bench.js';
import { freshKnobs } from '../support/bench/knobs.js';
import { lives, novel, own, playbookFires, undone } from '../support/bench/own.js';
import { approve } from '../support/bench/people.js';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
beforeEach(() => void Object.assign(bench.knobs, freshKnobs(), { ceiling: 'omega' }));
afterAll(() => bench.close());

const ranOf = ({ workflowId }: ProposalHandle) => bench.sandbox.runs.filter(({ proposalId }) => proposalId === workflowId).length;
const minutes = async (handle: ProposalHandle, action: string) =>
  (Date.parse((await bench.records(handle.workflowId)).find(({ event_type: type }) => type === action)!.timestamp) -
    Date.parse((await bench.records(handle.workflowId))[0]!.timestamp)) /
  60_000;

describe('what runs without a person (spec T7)', () => {
  it('in beta an approved playbook runs at once, and the trail says by which mode and on what it rests', async () => {
    await lives(bench, 'beta');
    const { outcome, events } = await bench.ended(await playbookFires(bench));
    expect(outcome).toMatchObject({ status: 'completed', decided_by: 'mode:beta' });
    expect(events).toEqual(['action_proposed', 'action_approved', 'start_authorised', 'action_completed']);
    expect((await bench.records(outcome.proposal_id))[1]).toMatchObject({
      ...{ approved_by: ['mode:beta'], assurance: 'mode' },
      grant: { mode: 'beta', terms: { kind: 'playbook' }, figures: { mode: 'beta' }, signature: expect.any(String) },
    });
  });

  it('in alpha the very same is asked of the mode once, and then waits for people', async () => {
    const handle = await playbookFires(bench);
    await bench.server.environment.sleep('1 minute');
    expect(await bench.view(handle)).toMatchObject({ status: 'proposed' });
    expect(ranOf(handle)).toBe(0);
    await approve(bench, handle);
    const { outcome, events } = await bench.ended(handle);
    expect(outcome).toMatchObject({ status: 'completed', decided_by: 'approver' });
    expect(events).toEqual(['action_proposed', 'grant_withheld', 'action_approved', 'start_authorised', 'action_completed']);
  });

  it.each<[string, () => Promise<ProposalHandle>]>([
    ['an edited playbook', () => playbookFires(bench, false)],
    ['what rests on text from outside (spec T5)', () => novel(bench, { metadata: { outside_sources: ['agent log'] } })],
    ['a type that is excluded', () => ((bench.knobs.grants = { exclude: ['disk_report'] }), novel(bench))],
    ['a script that nobody approved', () => own(bench, bench.document('exit 0'))],
    ['what a stranger proposes', () => bench.propose(bench.document('', { tool_name: 'jq', tool_args: ['-n', 'stranger'] }))],
  ])('in omega %s waits for people until its deadline', async (_, propose) => {
    await lives(bench, 'omega');
    const { outcome, events } = await bench.ended(await propose());
    expect(outcome.status).toBe('expired');
    expect(events).not.toContain('action_approved');
  });

  it('in omega a novel action of low risk runs at once', async () => {
    await lives(bench, 'omega');
    expect((await bench.ended(await novel(bench))).outcome).toMatchObject({ status: 'completed', decided_by: 'mode:omega' });
  });

  it('in omega a novel action of medium risk runs after fifteen minutes', async () => {
    await lives(bench, 'omega');
    const handle = await novel(bench, undone);
    expect(await bench.view(handle)).toMatchObject({ modeAskedAt: expect.any(String) });
    expect((await bench.ended(handle)).outcome).toMatchObject({ status: 'completed', decided_by: 'mode:omega' });
    expect(await minutes(handle, 'action_approved')).toBeCloseTo(15, 0);
  });

  it('a rejection within the window ends it', async () => {
    await lives(bench, 'omega');
    const handle = await novel(bench, undone);
    await bench.server.environment.sleep('14 minutes');
    await handle.signal('reject', { by: 'approver', reason: 'not on a Friday' });
    expect((await bench.ended(handle)).outcome).toMatchObject({ status: 'rejected' });
    expect(ranOf(handle)).toBe(0);
  });

  it.each<[string, () => unknown]>([
    ['was lost within the window', () => lives(bench, 'beta')],
    ['has never been confirmed', () => (bench.knobs.life = undefined)],
    ['is above the ceiling', () => (bench.knobs.ceiling = 'beta')],
    ['is held by a stop', () => (bench.knobs.emergencyStop = { brain: 'stopped' })],
    ['was made to ask for more time', () => (bench.knobs.grants = { vetoSeconds: 1_800 })],
    ['excludes it since', () => (bench.knobs.grants = { exclude: ['disk_report'] })],
  ])('a mode that %s starts nothing: it waits for people', async (_, change) => {
    await lives(bench, 'omega');
    const handle = await novel(bench, undone);
    await change();
    const { outcome, events } = await bench.ended(handle);
    expect(outcome.status).toBe('expired');
    expect(events).toContain('grant_withheld');
    expect(ranOf(handle)).toBe(0);
  });

  it('hands whose configuration allows less start nothing, whatever the brain permits', async () => {
    await lives(bench, 'omega');
    bench.knobs.handsCeiling = 'beta';
    const handle = await novel(bench);
    expect((await bench.ended(handle)).outcome).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching(/operational_mode allows beta.*Nothing was started: .*restart both/),
    });
    expect(ranOf(handle)).toBe(0);
  });
});
