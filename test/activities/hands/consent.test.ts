import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { HandsDependencies } from '../../../src/activities/hands/dependencies.js';
import type { Permit } from '../../../src/domain/action/permit.js';
import type { ExecutionPlan } from '../../../src/domain/action/plan.js';
import { planProposal } from '../../../src/domain/action/planning.js';
import { parseProposal } from '../../../src/domain/action/proposal.schema.js';
import { ownTerms } from '../../../src/domain/approval/terms.js';
import type { ModeGrantTerms } from '../../../src/domain/modes/grant.js';
import { proposePlaybook } from '../../../src/domain/thinking/playbook.js';
import { grantsOf } from '../../support/modes/grants.js';
import { signedApprovals } from '../../support/proposals/approvals.js';
import { aPlaybook } from '../../support/proposals/playbooks.js';
import { aContext } from '../../support/proposals/proposals.js';
import type { HandsBench } from '../../support/vessel/hands.js';
import { openHands } from '../../support/vessel/hands.js';

const playbook = aPlaybook({ risk_level: 'medium' });
const approved = { approved: true, by: 'ana', at: '2026-01-01T00:00:00.000Z', signed: true, playbook } as const;
const grant = { mode: 'beta', missionLog: 7, proposals: 9, grounds: 'ab'.repeat(32) } as const;
const terms: ModeGrantTerms = { mode: 'beta', kind: 'playbook', playbook: { id: 'rotate', hash: playbook.contentHash }, vetoSeconds: 0 };

/** As the review of the brain makes it, on a machine that knows persons. */
function aGrantedPlan(change: Partial<ExecutionPlan> = {}, granted: ModeGrantTerms = terms): ExecutionPlan {
  const occasion = { proposalId: 'janus-0123456789ab', timestamp: '2026-01-02T03:04:05.678Z', vesselId: 'janus-test' };
  const proposal = parseProposal(proposePlaybook(playbook, { ...occasion, metrics: {}, missions: undefined }));
  const approval = { ...ownTerms(signedApprovals, { risk: 'medium', actionType: proposal.actionType }), grant: granted };
  return { ...planProposal(proposal, aContext(), approval), ...change };
}

let own: HandsBench;
afterEach(() => own.close());

async function open(change: Partial<HandsDependencies['ownGrants']> = {}) {
  const grants = {
    ...{ settings: grantsOf(), tools: aContext().tools, programs: async () => aContext().programs },
    playbook: async () => approved,
    ...change,
  };
  own = await openHands({ ownGrants: grants });
  Object.assign(own.deps.approvals, { policy: signedApprovals });
}
const execute = (plan: ExecutionPlan, permit: Partial<Permit> = { grant }) =>
  own.run((hands) => hands.executeAction(own.permit(plan, permit))).result;
const refusal = (why: string) => ({ state: 'not_started', code: 'PERMIT_REFUSED', why: expect.stringContaining(why) });

describe('a start that a mode consented to, as hands look at it (spec T7)', () => {
  beforeEach(() => open());

  it('runs, where this host itself would let such a mode do such a thing', async () => {
    expect(await execute(aGrantedPlan())).toMatchObject({ state: 'finished', ok: true });
    expect(own.sandbox.ran).toEqual(['janus-0123456789ab/step-1']);
  });

  it('does not run without the grant of the permit, nor without the one of the plan', async () => {
    expect(await execute(aGrantedPlan(), {})).toMatchObject(refusal('approvals do not hold'));
    const { grant: _, ...approval } = aGrantedPlan().approval;
    expect(await execute(aGrantedPlan({ approval }))).toMatchObject(refusal('its terms ask for people'));
    expect(own.sandbox.ran).toEqual([]);
  });

  it.each<[string, object]>([
    ['put into a permit that has none', { grant }],
    ['of a higher mode', { grant: { ...grant, mode: 'omega' } }],
    ['of other grounds', { grant: { ...grant, grounds: 'cd'.repeat(32) } }],
    ['of another position', { grant: { ...grant, missionLog: 8 } }],
    ['that is none', { grant: { mode: 'godlike' } }],
    ['taken out', { grant: undefined }],
  ])('does not run with a grant that the brain did not sign: %s', async (name, forged) => {
    const request = own.permit(aGrantedPlan(), name.startsWith('put') ? {} : { grant });
    const permit = { ...request.permit, ...forged } as typeof request.permit;
    const { answer } = await own.runSigned((hands) => hands.executeAction({ ...request, permit })).result;
    expect(answer).toMatchObject({ state: 'not_started', code: 'PERMIT_REFUSED' });
    expect(own.sandbox.ran).toEqual([]);
  });

  it('the grant of one proposal is none for another, nor for another plan', async () => {
    const { permit } = own.permit(aGrantedPlan(), { grant });
    for (const plan of [aGrantedPlan({ proposalId: 'janus-ba9876543210' }), aGrantedPlan({ network: ['a.org'] })]) {
      const other = own.permit(plan, { grant });
      expect(await own.run((hands) => hands.executeAction({ ...other, permit })).result).toMatchObject(refusal('was not signed'));
    }
  });

  it.each<[string, () => ExecutionPlan, string]>([
    [
      'other arguments',
      () => aGrantedPlan({ steps: [{ ...aGrantedPlan().steps[0]!, args: ['-c', 'rm -rf /'] }] }),
      'not those of playbook',
    ],
    ['one command more', () => aGrantedPlan({ steps: [...aGrantedPlan().steps, ...aGrantedPlan().steps] }), 'not those of playbook'],
    [
      'another program',
      () => aGrantedPlan({ steps: [{ ...aGrantedPlan().steps[0]!, path: '/tmp/evil' }] }),
      "/tmp/evil is not shell of this host's",
    ],
    ['something else that undoes it', () => aGrantedPlan({ rollback: [...aGrantedPlan().steps] }), 'not those of playbook'],
    ['a lower risk than its playbook', () => aGrantedPlan({ risk: 'low' }), 'of medium risk'],
    ['high risk', () => aGrantedPlan({ risk: 'high' }), 'high'],
    ['the network', () => aGrantedPlan({ network: ['a.org'] }), 'network'],
    ['no playbook', () => aGrantedPlan({}, { mode: 'beta', kind: 'novel', vetoSeconds: 0 }), 'script'],
    ['a mode that is not high enough', () => aGrantedPlan({}, { ...terms, mode: 'omega' }), 'it takes omega'],
  ])('a plan of the brain with %s is refused', async (_, plan, why) => {
    expect(await execute(plan())).toMatchObject(refusal(why));
    expect(own.sandbox.ran).toEqual([]);
  });
});

describe("this host's own configuration, whatever the brain signed (spec T7)", () => {
  it.each<[string, Partial<HandsDependencies['ownGrants']>, string]>([
    ['a ceiling of alpha', { settings: grantsOf({ ceiling: 'alpha' }) }, 'operational_mode allows alpha'],
    ['an excluded type', { settings: grantsOf({ exclude: ['log_rotation'] }) }, 'modes.exclude'],
    ['no playbooks by themselves', { settings: grantsOf({ playbooksRun: false }) }, 'auto_approve'],
    [
      'a playbook that nobody approved here',
      { playbook: async () => ({ approved: false, code: 'EDITED', why: 'edited since' }) },
      'edited since',
    ],
    ['a registry without the tool', { tools: [] }, 'not those of playbook'],
    ['a program that is gone', { programs: async () => ({ shell: { problem: 'gone' } }) }, 'is not shell'],
  ])('%s', async (_, change, why) => {
    await open(change);
    expect(await execute(aGrantedPlan())).toMatchObject(refusal(why));
    expect(own.sandbox.ran).toEqual([]);
  });

  it('a mode beyond it counts for nothing here, also where a lower one would do', async () => {
    await open({ settings: grantsOf({ ceiling: 'beta' }) });
    expect(await execute(aGrantedPlan(), { grant: { ...grant, mode: 'omega' } })).toMatchObject(refusal('allows beta on this host'));
    expect(await execute(aGrantedPlan())).toMatchObject({ state: 'finished', ok: true });
  });
});
