import { join } from 'node:path';
import { afterEach, expect, it } from '@jest/globals';
import { vouched } from '../../../src/activities/shared/vouched.js';
import { createVouchers, ensurePermitKeys } from '../../../src/adapters/permit/create-permits.js';
import { useFolders } from '../../support/folders.js';
import { closeTrails, recordsIn } from '../../support/trail/trails.js';
import { identityOf, openBrain } from '../../support/vessel/brains.js';
import { aCandidate, aMind, answered } from '../../support/vessel/minds.js';

const folder = useFolders();
afterEach(closeTrails);

const cycles = 1_000;
/** The model says the same in every cycle: two actions, one of them twice in other words. */
const said = answered([
  aCandidate({ parameters: { path: 'var/log' } }),
  aCandidate({ parameters: { path: 'var/tmp' }, rationale: 'What lies about there is seldom wanted by anybody.' }),
]);

it(`${cycles} cycles over one frozen context leave exactly one open proposal for each action (spec C5)`, async () => {
  const here = folder();
  const vouchers = createVouchers(await ensurePermitKeys(join(here, 'keys')));
  // This mind remembers nothing, and proposes all of it again each time: what holds is the brain.
  const { mind, own, run } = aMind(here, vouchers);
  const brain = openBrain(here, { approvals: { vouchers } });
  const gathered = await mind.gather({ run });
  const plan = await mind.matchPlaybooks({ run, gathered });
  const answer = vouched(own, run, 'answer', said);
  const proposed = new Map<string, number>();
  for (let cycle = 0; cycle < cycles; cycle += 1) {
    const { proposals } = (await mind.verifyAnswer({ run, gathered, plan, answer })).found;
    // At once, as those of cycles that overlap.
    const reviews = proposals.map(async ({ document, proof, actionKey }) => {
      proposed.set(actionKey, (proposed.get(actionKey) ?? 0) + 1);
      return brain.reviewProposal({ identity: identityOf(document.proposal_id), document, ...(proof && { proof }) });
    });
    const kinds = (await Promise.all(reviews)).map(({ kind }) => kind);
    expect(kinds).toEqual(cycle === 0 ? ['passed', 'passed'] : ['refused', 'refused']);
  }
  expect([...proposed.values()]).toEqual([cycles, cycles]);
  const open = recordsIn(brain.file).filter(({ event_type: type }) => type === 'action_proposed');
  expect(open.map(({ action_key: key }) => key).sort()).toEqual([...proposed.keys()].sort());
});
