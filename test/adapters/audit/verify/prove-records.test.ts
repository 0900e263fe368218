import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { checkProof, parseProof } from '../../../../src/adapters/audit/verify/check-proof.js';
import type { LogProof } from '../../../../src/adapters/audit/verify/prove-records.js';
import { createProofCollector } from '../../../../src/adapters/audit/verify/prove-records.js';
import { verifyTrail } from '../../../../src/adapters/audit/verify/verify-trail.js';
import type { BuiltTrail } from '../../../support/trail/built-trail.js';
import { buildTrail, makeKeys, pathsIn } from '../../../support/trail/built-trail.js';
import { useFolders } from '../../../support/folders.js';

const folder = useFolders();
const id = 'janus-0123456789ab';
const keys = makeKeys();

/** A proof by way of files, as the command makes it. */
async function prove(trail: BuiltTrail, note: string): Promise<LogProof | undefined> {
  const home = folder();
  trail.write(home);
  const collector = createProofCollector('proposals', (action) => action === id);
  const [verdict] = await verifyTrail({
    files: pathsIn(home),
    headsFolder: `${home}/heads`,
    logs: ['proposals'],
    // The mission log comes along where it says what was removed.
    observe: (log) => (log === 'proposals' ? collector.observe : undefined),
    onStart: (log, anchor) => void (log === 'proposals' && collector.onStart(anchor)),
  });
  expect(verdict?.problem).toBeUndefined();
  return collector.prove(note);
}
const add = (trail: BuiltTrail, count: number) => {
  for (let n = 0; n < count; n += 1) trail.add('proposals', { action_id: id });
};

describe('proofs of records (RFC 6962) (spec L3)', () => {
  it('hold for every record, for logs and heads of any size, also where older files were removed', async () => {
    const sizes = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 20 }), fc.integer({ min: 0, max: 5 }), fc.boolean());
    await fc.assert(
      fc.asyncProperty(sizes, async ([before, covered, newer, isPruned]) => {
        const trail = buildTrail(keys);
        add(trail, before);
        trail.rotate('proposals');
        add(trail, covered);
        if (isPruned) trail.prune('proposals');
        const note = trail.head('proposals');
        add(trail, newer);
        const proof = await prove(trail, note);
        expect(proof?.records.length).toBe(covered + (isPruned ? 0 : before));
        const checked = checkProof({ proposalId: id, proofs: [proof!] }, keys.key);
        expect(checked).toMatchObject({ logs: [{ head: { size: before + covered + 2 } }] });
      }),
      { numRuns: 40 },
    );
  });

  it('do not hold when any byte of a line, a path or the head is another one', async () => {
    const trail = buildTrail(keys);
    add(trail, 11);
    const proof = await prove(trail, trail.head('proposals'));
    const text = JSON.stringify({ schema: 'ubos.audit-proof/v1', proposal_id: id, uncovered: 0, proofs: [proof] });
    const sound = checkProof({ proposalId: id, proofs: [proof!] }, keys.key);
    expect(sound).toMatchObject({ logs: [{}] });
    const changed = fc.tuple(fc.integer({ min: 0, max: text.length - 1 }), fc.integer({ min: 0x20, max: 0x7e }));
    await fc.assert(
      fc.asyncProperty(changed, async ([position, code]) => {
        const other = text.slice(0, position) + String.fromCharCode(code) + text.slice(position + 1);
        const forged = parseProof(other);
        const checked = forged === undefined ? { problem: 'no proof' } : checkProof(forged, keys.key);
        // The last digit of a signature in base64 has two spelling variants that say the same.
        if (!('problem' in checked)) expect(checked).toEqual(sound);
      }),
      { numRuns: 2_000 },
    );
  });

  it('are none without a head, with one that is newer than what was read, or older than what is still there', async () => {
    const trail = buildTrail(keys);
    add(trail, 3);
    const early = trail.head('proposals');
    trail.rotate('proposals');
    add(trail, 3);
    trail.prune('proposals');
    trail.head('proposals');
    expect(await prove(trail, '')).toBeUndefined();
    expect(await prove(trail, early)).toMatchObject({ records: [] });
    const longer = buildTrail(keys);
    add(longer, 99);
    expect(await prove(trail, longer.head('proposals'))).toBeUndefined();
  });
});
