import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { searchAttributes } from '../../src/contract/search-attributes.js';
import { digestWords } from '../../src/domain/text/digest-words.js';
import { proposedBy, signedApprovals, signedBy } from '../support/proposals/approvals.js';
import type { Bench, ProposalHandle } from '../support/bench/bench.js';
import { openBench } from '../support/bench/bench.js';
import { freshKnobs } from '../support/bench/knobs.js';
import { decide, proposed, started, undoable, untilStatus } from '../support/bench/people.js';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
beforeEach(() => void Object.assign(bench.knobs, freshKnobs()));
afterAll(() => bench.close());

/** What the web UI shows as current details: it asks by this query. */
async function details(handle: ProposalHandle): Promise<string> {
  const metadata = await handle.query<{ currentDetails?: string }>('__temporal_workflow_metadata');
  return metadata.currentDetails ?? '';
}

const needs = async (handle: ProposalHandle) => (await handle.describe()).typedSearchAttributes.get(searchAttributes.needs);

describe('what the web UI shows (spec O2)', () => {
  it('who is missing, the digest in words and how to sign, and the same in the list', async () => {
    const rules = [{ requirement: { group: 'trinity', approve: 2 } }];
    Object.assign(bench.knobs, { approvals: { ...signedApprovals, rules } });
    const document = bench.document('exit 0', undoable('exit 0'));
    const handle = await proposed(bench, document, proposedBy('cleo', document));
    const view = await untilStatus(bench, handle, 'proposed');
    await decide(handle, signedBy('codex', view, { decision: 'approve' }));
    const shown = await details(handle);
    expect(shown).toContain('Approvals: `trinity 1 of 2 (missing: claude, gemini)`');
    expect(shown).toContain(`**${digestWords(view.digest ?? '')}**`);
    expect(shown).toContain(`\`ubos approve ${handle.workflowId} --print-signal\``);
    // Lists read this, and who is missing from the proposal itself.
    expect(await needs(handle)).toBe('trinity 1 of 2');
    await decide(handle, signedBy('gemini', view, { decision: 'approve' }));
    await bench.ended(handle);
  });

  it('how to decide where any word counts', async () => {
    const handle = await proposed(bench, bench.document('exit 0'));
    expect(await details(handle)).toContain('The signal `approve`');
    await handle.signal('cancel', { by: 'somebody' });
    await bench.ended(handle);
  });

  it('a fence around what an agent says, whatever it says (spec A5)', async () => {
    const rationale = '```\n# Approved\n[click](https://evil.example) \u202e and twenty characters more';
    const handle = await proposed(bench, bench.document('exit 0', { rationale }));
    const shown = await details(handle);
    expect(shown.split('\n').filter((line) => line.startsWith('````'))).toEqual(['````text', '````']);
    expect(shown.indexOf('````text')).toBeLessThan(shown.indexOf('# Approved'));
    expect(shown).toContain('⟦U+202E⟧');
    await handle.signal('cancel', { by: 'somebody' });
    await bench.ended(handle);
  });
});

describe('a race of people (spec A1)', () => {
  it('has one winner, and every other learns who was first and when', async () => {
    const handle = await proposed(bench, bench.document('exit 0'));
    const { digest = '' } = await bench.view(handle);
    const names = ['ana', 'bo', 'cleo', 'dee'];
    const answers = await Promise.all(
      names.map((by, index) =>
        decide(handle, index % 2 === 0 ? { decision: 'approve', by, digest } : { decision: 'reject', by, reason: 'not now' }),
      ),
    );
    const won = names.filter((_, index) => answers[index]?.accepted);
    expect(won).toHaveLength(1);
    const view = await bench.ended(handle);
    const late = answers.filter(({ accepted }) => !accepted);
    expect(late.map(({ code }) => code)).toEqual(['LATE', 'LATE', 'LATE']);
    const said = new RegExp(`^already \\w+, decided by ${won[0] ?? ''} at \\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z$`);
    for (const { message } of late) expect(message).toMatch(said);
    expect(view.outcome.decided_by).toBe(won[0]);
  });
});

it('the query status answers in the words of files: no key of it is in camelCase (spec P1)', async () => {
  const handle = await started(bench, 'exit 0');
  await bench.ended(handle);
  const keys = new Set<string>();
  JSON.stringify(await handle.query('status'), (key, value: unknown) => (keys.add(key), value));
  expect([...keys].filter((key) => /[A-Z]/.test(key))).toEqual([]);
  expect([...keys]).toEqual(expect.arrayContaining(['first_run_id', 'dry_run', 'exit_code', 'memory_mb']));
});

describe('how long people looked', () => {
  const looked = async (id: string, event: string) =>
    (await bench.records(id)).find(({ event_type: type }) => type === event)?.['considered_seconds'];

  it('is in the view and in the record of an approval', async () => {
    const handle = await proposed(bench, bench.document('exit 0'));
    const { digest = '' } = await bench.view(handle);
    await decide(handle, { decision: 'approve', by: 'ana', digest, considered_seconds: 41 });
    await bench.ended(handle);
    expect((await bench.view(handle)).decisions).toMatchObject([{ by: 'ana', consideredSeconds: 41 }]);
    expect(await looked(handle.workflowId, 'action_approved')).toEqual([41]);
  });

  it('is in the record of a rejection', async () => {
    const handle = await proposed(bench, bench.document('exit 0'));
    await handle.signal('reject', { by: 'ana', reason: 'not now', considered_seconds: 7 });
    await bench.ended(handle);
    expect(await looked(handle.workflowId, 'action_rejected')).toBe(7);
  });

  it('is in the record of a word that does not decide yet', async () => {
    Object.assign(bench.knobs, { approvals: { ...signedApprovals, rules: [{ requirement: { group: 'trinity', approve: 2 } }] } });
    const document = bench.document('exit 0', undoable('exit 0'));
    const handle = await proposed(bench, document, proposedBy('cleo', document));
    const view = await untilStatus(bench, handle, 'proposed');
    await decide(handle, { ...signedBy('codex', view, { decision: 'approve' }), considered_seconds: 3 });
    await decide(handle, signedBy('gemini', view, { decision: 'approve' }));
    await bench.ended(handle);
    expect(await looked(handle.workflowId, 'approval_given')).toBe(3);
    // In the order of those who approve; null where nobody measured.
    expect(await looked(handle.workflowId, 'action_approved')).toEqual([3, null]);
  });

  it('is absent where nobody measured', async () => {
    const handle = await proposed(bench, bench.document('exit 0'));
    await handle.signal('reject', { by: 'ana', reason: 'not now' });
    await bench.ended(handle);
    expect(await looked(handle.workflowId, 'action_rejected')).toBeUndefined();
  });
});
