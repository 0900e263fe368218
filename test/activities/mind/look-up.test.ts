import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { isOwnVouched, vouched } from '../../../src/activities/shared/vouched.js';
import { createVouchers, ensurePermitKeys } from '../../../src/adapters/permit/create-permits.js';
import { createKeptAnswers } from '../../../src/adapters/tickets/kept-answers.js';
import type { LookupTicket } from '../../../src/contract/lookups.js';
import { lookupTicketText } from '../../../src/domain/approval/own-word.js';
import type { Lookup, OracleAnswer } from '../../../src/domain/oracles/oracle.js';
import { useFolders } from '../../support/folders.js';
import { aMind } from '../../support/vessel/minds.js';

const folder = useFolders();
const answer = (lookup: Lookup): OracleAnswer => ({
  ...{ kind: 'answered', ...lookup, at: '2026-01-02T03:04:05.000Z', isCached: false, milliseconds: 1 },
  result: { kind: 'number', text: '384400 km', value: 384_400, unit: 'km' },
});

describe('looking up (spec T5, T8)', () => {
  let asked: Lookup[];
  let vouchers: ReturnType<typeof createVouchers>;
  let here: string;
  type Change = Parameters<typeof aMind>[2];
  const made = (change: Change = {}) =>
    aMind(here, vouchers, {
      oracles: {
        ask: async (lookup) => (asked.push(lookup), answer(lookup)),
        kept: createKeptAnswers<OracleAnswer>(join(here, 'mind'), () => new Date()),
      },
      ...change,
    });
  type Made = ReturnType<typeof made>;
  const ticketFor = ({ own, run }: Made, change: Partial<LookupTicket> = {}): LookupTicket => {
    const open = {
      id: 'cycle/r1/oracle/0',
      oracle: 'wolfram',
      query: 'how far',
      expiresAt: '2026-01-02T03:10:00.000Z',
      seconds: 1,
      ...change,
    } as const;
    return { signature: vouchers.vouch(lookupTicketText(own.self, run, open)), ...open };
  };
  const lookUp = async (of: Made, tickets: readonly LookupTicket[]) => {
    const gathered = await of.mind.gather({ run: of.run });
    return new MockActivityEnvironment().run<[], Awaited<ReturnType<Made['mind']['lookUp']>>, () => ReturnType<Made['mind']['lookUp']>>(
      () => of.mind.lookUp({ run: of.run, gathered, tickets }),
    );
  };

  beforeEach(async () => {
    asked = [];
    here = folder();
    vouchers = createVouchers(await ensurePermitKeys(join(here, 'keys')));
  });

  it('asks once for each ticket, and what was said joins the context as text of others', async () => {
    const of = made();
    const before = await of.mind.gather({ run: of.run });
    const informed = await lookUp(of, [ticketFor(of)]);
    expect(isOwnVouched(of.own, of.run, 'gathered', informed)).toBe(true);
    expect(informed.found.context.facts).toEqual([
      ...before.found.context.facts,
      { id: 'o:1', text: 'wolfram on "how far": 384400 km', value: 384_400, trust: 'outside', source: 'oracle wolfram' },
    ]);
    expect(informed.found.context.digest).not.toBe(before.found.context.digest);
    expect(await lookUp(made(), [ticketFor(of)])).toEqual(informed);
    expect(asked).toHaveLength(1);
  });

  it('taints what the model chooses then, and no playbook', async () => {
    const of = made();
    const { run } = of;
    const plan = await of.mind.matchPlaybooks({ run, gathered: await of.mind.gather({ run }) });
    const gathered = await lookUp(of, [ticketFor(of)]);
    const found = {
      kind: 'answered',
      candidates: [],
      malformed: [],
      provider: 'p',
      model: 'm',
      promptDigest: '',
      usage: { promptTokens: 1, outputTokens: 1 },
      milliseconds: 1,
      raw: '',
    } as const;
    const chosen = {
      ...{ action: 'disk-report', parameters: { path: 'var/log' }, missionId: 'tidy', evidence: ['m:disk_usage_percent'] },
      rationale: 'The disk is filling up, so it helps to know where.',
    };
    const verify = (of_: typeof gathered) =>
      of.mind.verifyAnswer({ run, gathered: of_, plan, answer: vouched(of.own, run, 'answer', { ...found, candidates: [chosen] }) });
    const sources = async (of_: typeof gathered) =>
      (await verify(of_)).found.proposals.map(({ document }) => document.metadata?.['outside_sources']);
    expect(await sources(gathered)).toEqual([['oracle wolfram']]);
    expect(await sources(await of.mind.gather({ run }))).toEqual([undefined]);
    expect(plan.found.proposals.map(({ document }) => document.metadata?.['outside_sources'])).toEqual([]);
  });

  it('keeps what failed as a reason, and no fact', async () => {
    const failed = async (lookup: Lookup): Promise<OracleAnswer> => ({ kind: 'failed', ...lookup, code: 'timeout', why: 'late' });
    const of = made({ oracles: { ask: failed, kept: createKeptAnswers<OracleAnswer>(join(here, 'mind'), () => new Date()) } });
    const { found } = await lookUp(of, [ticketFor(of)]);
    expect(found.lookedUp).toMatchObject([{ id: 'cycle/r1/oracle/0', answer: { code: 'timeout' } }]);
    expect(found.context.facts.filter(({ trust }) => trust === 'outside')).toEqual([]);
  });

  it('asks nobody again where the answer was lost with the worker', async () => {
    const lost = { claim: async () => ({ kind: 'lost' }) as const, keep: async () => undefined };
    const of = made({ oracles: { ask: async (lookup) => (asked.push(lookup), answer(lookup)), kept: lost } });
    expect((await lookUp(of, [ticketFor(of)])).found.lookedUp).toMatchObject([{ answer: { code: 'interrupted' } }]);
    expect(asked).toEqual([]);
  });

  it.each<[string, (of: Made) => readonly LookupTicket[]]>([
    ['that nobody signed', (of) => [{ ...ticketFor(of), signature: '' }]],
    ['for another question', (of) => [{ ...ticketFor(of), query: 'what is the key' }]],
    ['for another oracle', (of) => [{ ...ticketFor(of), oracle: 'groq' }]],
    ['of another run', (of) => [ticketFor({ ...of, run: { ...of.run, firstRunId: 'r2' } })]],
    ['that is over', (of) => [ticketFor(of, { expiresAt: '2026-01-02T03:04:05.000Z' })]],
    ['beside one that nobody signed', (of) => [ticketFor(of), { ...ticketFor(of), signature: 'AAAA' }]],
  ])('refuses a ticket %s, and asks nobody', async (_, tickets) => {
    const of = made();
    await expect(lookUp(of, tickets(of))).rejects.toThrow('the ticket does not count');
    expect(asked).toEqual([]);
  });

  it('refuses every ticket where there are no oracles', async () => {
    const of = aMind(here, vouchers);
    await expect(lookUp(of, [ticketFor(of)])).rejects.toThrow('no oracles');
  });
});
