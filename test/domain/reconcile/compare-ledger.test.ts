import { describe, expect, it } from '@jest/globals';
import type { LedgerFacts } from '../../../src/domain/reconcile/compare-ledger.js';
import { ledgerProblems } from '../../../src/domain/reconcile/compare-ledger.js';
import type { LoggedLine } from '../../../src/domain/reconcile/logged-line.js';

const id = 'janus-0123456789ab';
const line = (name: string, event: string, change: Partial<LoggedLine> = {}): LoggedLine => ({
  ...{ seq: 1, leaf: '', file: 'proposals.jsonl', line: 1, at: 1_000, about: id, summary: '', host: 'here' },
  id: `${id}/${name}`,
  event,
  ...change,
});
const start = line('start/1', 'start_authorised', { digest: 'a'.repeat(64) });
const completed = line('result', 'action_completed');
const failed = line('result', 'execution_failed');
const end = (status: string, summary = 'why') => line('end', `action_${status}`, { status, summary });
const ran: LedgerFacts = { digest: 'a'.repeat(64), claimedAt: 2_000, startedSteps: 1, outcome: 'succeeded' };
const problems = (lines: readonly LoggedLine[], facts: LedgerFacts | undefined, change = {}) =>
  ledgerProblems({ lines, facts, host: 'here', readAt: 10_000, firstAt: 0, ...change }).map(({ reason }) => reason);

describe('log and start ledger (spec X5, L3)', () => {
  it.each<[string, readonly LoggedLine[], LedgerFacts | undefined]>([
    ['it ran and succeeded', [start, completed], ran],
    ['it ran and failed', [start, failed, end('failed')], { ...ran, outcome: 'did_not_succeed' }],
    ['it was permitted and nothing started', [start, end('failed')], { ...ran, startedSteps: 0, outcome: 'nothing_started' }],
    ['it was permitted and not claimed', [start, end('expired')], undefined],
    ['it runs', [start], { ...ran, outcome: undefined as never }],
    ['it ran on another host', [{ ...completed, host: 'there' }], undefined],
    [
      'a person has settled what nobody knew',
      [start, end('completed', 'resolved by ana: it is there')],
      { ...ran, outcome: undefined as never },
    ],
  ])('agree where %s', (_, lines, facts) => {
    expect(problems(lines, facts)).toEqual([]);
  });

  it.each<[string, readonly LoggedLine[], LedgerFacts | undefined, RegExp]>([
    ['somebody let it run without a line', [], ran, /no line permits that/],
    ['it ran with another digest', [start, completed], { ...ran, digest: 'b'.repeat(64) }, /started with digest bbbbbbbb/],
    [
      'the log calls it a success and it was none',
      [start, completed],
      { ...ran, outcome: 'did_not_succeed' },
      /succeeded, says the log.*did_not_succeed/,
    ],
    ['the log calls it a failure and it was none', [start, failed], ran, /did not succeed, says the log.*says succeeded/],
    ['the log says that it ran and the ledger knows nothing', [start, completed], undefined, /no entry for it/],
    ['the log says that nothing ran and something did', [start, end('failed')], ran, /ended failed without having run/],
  ])('differ where %s', (_, lines, facts, reason) => {
    expect(problems(lines, facts)).toEqual([expect.stringMatching(reason)]);
  });

  it.each<[string, readonly LoggedLine[], LedgerFacts | undefined, (string | undefined)[]]>([
    ['a start that no permit covers', [], ran, ['unpermitted_start']],
    ['a start with another digest than was permitted', [start, completed], { ...ran, digest: 'b'.repeat(64) }, ['unpermitted_start']],
    ['a result on record that the hands never had', [start, completed], undefined, ['unsigned_result']],
    // Hands that fail to say how it ended have broken nothing.
    ['a result that is another', [start, failed], ran, [undefined]],
  ])('%s is a breach, or only a difference (spec K4)', (_, lines, facts, breaches) => {
    const found = ledgerProblems({ lines, facts, host: 'here', readAt: 10_000, firstAt: 0 });
    expect(found.map(({ breach }) => breach)).toEqual(breaches);
  });

  it('are not compared where the log was read before the claim, or retention has removed the lines', () => {
    expect(problems([], ran, { readAt: 2_000 })).toEqual([]);
    expect(problems([], ran, { firstAt: 2_000 })).toEqual([]);
  });
});
