import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { ticketText } from '../../../src/domain/approval/own-word.js';
import { createVouchers, ensurePermitKeys } from '../../../src/adapters/permit/create-permits.js';
import type { Model } from '../../../src/adapters/model/model.js';
import type { Gathered, Ticket, Vouched } from '../../../src/contract/cycle.js';
import type { ModelRequest } from '../../../src/domain/model/answer.js';
import { vouched } from '../../../src/activities/shared/vouched.js';
import { useFolders } from '../../support/folders.js';
import { aCandidate, aMind, answered } from '../../support/vessel/minds.js';

const folder = useFolders();

describe('asking the model (spec T3)', () => {
  let asked: ModelRequest[];
  let here: string;
  let vouchers: ReturnType<typeof createVouchers>;
  const model = (answer = answered([aCandidate()])): Model => ({ ask: async (request) => (asked.push(request), answer) });
  const made = (change: Parameters<typeof aMind>[2] = {}) => aMind(here, vouchers, { model: model(), ...change });
  type Made = ReturnType<typeof made>;

  const ticketFor = ({ own, run }: Made, gathered: Vouched<Gathered>, change: Partial<Ticket> = {}): Ticket => {
    const open = {
      step: 'propose',
      contextDigest: gathered.found.context.digest,
      expiresAt: '2026-01-02T03:10:00.000Z',
      seconds: 1,
      ...change,
    } as const;
    return { signature: vouchers.vouch(ticketText(own.self, run, open)), ...open };
  };
  const ask = (of: Made, request: Parameters<Made['mind']['askModel']>[0]) =>
    new MockActivityEnvironment().run<[], Awaited<ReturnType<Made['mind']['askModel']>>, () => ReturnType<Made['mind']['askModel']>>(() =>
      of.mind.askModel(request),
    );

  beforeEach(async () => {
    asked = [];
    here = folder();
    vouchers = createVouchers(await ensurePermitKeys(join(here, 'keys')));
  });

  it('asks once for each ticket: who asks again gets the kept answer', async () => {
    const of = made();
    const { run } = of;
    const gathered = await of.mind.gather({ run });
    const ticket = ticketFor(of, gathered);
    const first = await ask(of, { run, gathered, ticket });
    const again = await ask(made(), { run, gathered, ticket });
    expect(again).toEqual(first);
    expect(asked).toHaveLength(1);
    await ask(of, { run, gathered, ticket: ticketFor(of, gathered, { step: 'repair' }) });
    expect(asked).toHaveLength(2);
    expect(asked[0]!.seed).not.toBe(asked[1]!.seed);
  });

  it('asks nobody again where the answer was lost with the worker', async () => {
    const lost = { claim: async () => ({ kind: 'lost' }) as const, keep: async () => undefined };
    const of = made({ kept: lost });
    const gathered = await of.mind.gather({ run: of.run });
    expect((await ask(of, { run: of.run, gathered, ticket: ticketFor(of, gathered) })).found).toMatchObject({
      kind: 'failed',
      code: 'interrupted',
    });
    expect(asked).toEqual([]);
  });

  it.each<[string, (sound: Ticket, other: () => Ticket) => Ticket]>([
    ['that nobody signed', (ticket) => ({ ...ticket, signature: 'bm9ib2R5' })],
    ['for another step', (ticket) => ({ ...ticket, step: 'repair' })],
    ['for more time', (ticket) => ({ ...ticket, seconds: 999 })],
    ['for another context', (_, other) => other()],
    ['whose time is over', () => undefined as never],
  ])('spends nothing for a ticket %s', async (name, change) => {
    const of = made();
    const gathered = await of.mind.gather({ run: of.run });
    const sound = ticketFor(of, gathered);
    const ticket = name.endsWith('over')
      ? ticketFor(of, gathered, { expiresAt: '2026-01-02T03:00:00.000Z' })
      : change(sound, () => ticketFor(of, gathered, { contextDigest: 'f'.repeat(64) }));
    await expect(ask(of, { run: of.run, gathered, ticket })).rejects.toThrow('the ticket does not count');
    await expect(ask(of, { run: { ...of.run, firstRunId: 'r2' }, gathered, ticket: sound })).rejects.toThrow('did not sign');
    expect(asked).toEqual([]);
  });

  it('does not wait for a model longer than the ticket says, and bears one that throws', async () => {
    const never = made({ model: { ask: () => new Promise(() => undefined) } });
    const gathered = await never.mind.gather({ run: never.run });
    const late = await ask(never, { run: never.run, gathered, ticket: ticketFor(never, gathered, { seconds: 0.05 }) });
    expect(late.found).toMatchObject({ kind: 'failed', code: 'timeout' });
    const thrower = made({ model: { ask: () => Promise.reject(new Error('boom')) } });
    const thrown = await ask(thrower, { run: thrower.run, gathered, ticket: ticketFor(thrower, gathered, { step: 'repair' }) });
    expect(thrown.found).toMatchObject({ kind: 'failed', why: 'boom' });
  });

  it('keeps no more of an answer than a history can bear', async () => {
    const of = made({ model: model(answered([], { raw: 'x'.repeat(1_000_000) })) });
    const gathered = await of.mind.gather({ run: of.run });
    const { found } = await ask(of, { run: of.run, gathered, ticket: ticketFor(of, gathered) });
    expect(found.kind === 'answered' && found.raw.length).toBe(16_384);
  });
});

describe('verifying what it chose (spec T3, T5)', () => {
  const setUp = async (change: Parameters<typeof aMind>[2] = {}) => {
    const here = folder();
    const of = aMind(here, createVouchers(await ensurePermitKeys(join(here, 'keys'))), change);
    const gathered = await of.mind.gather({ run: of.run });
    const plan = await of.mind.matchPlaybooks({ run: of.run, gathered });
    const answer = vouched(
      of.own,
      of.run,
      'answer',
      answered([aCandidate(), aCandidate({ action: 'rm-rf' }), aCandidate({ parameters: { path: 'var/tmp' } })]),
    );
    return { ...of, gathered, plan, answer };
  };

  it('proposes what holds, and says why not of the rest', async () => {
    const { mind, run, gathered, plan, answer } = await setUp();
    const { found } = await mind.verifyAnswer({ run, gathered, plan, answer });
    expect(found.proposals.map(({ document }) => document.steps?.[0]?.tool_args)).toEqual([['du -sh var/log'], ['du -sh var/tmp']]);
    expect(found).toMatchObject({ dropped: [{ code: 'unknown_action' }], repairable: true });
    expect(found.proposals.every(({ proof, document }) => proof !== undefined && document.metadata?.['source'] === 'model')).toBe(true);
  });

  it('proposes no more than there is room for, nor again what the first answer gave', async () => {
    const { mind, run, gathered, plan, answer, own } = await setUp();
    const tight = vouched(own, run, 'plan', { ...plan.found, room: 1 });
    const first = await mind.verifyAnswer({ run, gathered, plan: tight, answer });
    expect(first.found).toMatchObject({ proposals: [{}], repairable: false });
    expect(first.found.dropped.map(({ code }) => code)).toEqual(['unknown_action', 'too_many']);
    const second = await mind.verifyAnswer({ run, gathered, plan, answer, before: first });
    expect(second.found.proposals.map(({ document }) => document.steps?.[0]?.tool_args)).toEqual([['du -sh var/tmp']]);
    expect(second.found.dropped.map(({ code }) => code)).toContain('review_refused');
  });

  it('takes nothing that somebody else answered, or that was said to another run', async () => {
    const { mind, run, gathered, plan, answer, own } = await setUp();
    const forged = { ...answer, found: answered([aCandidate({ parameters: { path: 'etc' } })]) };
    await expect(mind.verifyAnswer({ run, gathered, plan, answer: forged })).rejects.toThrow('did not sign answer');
    const foreign = vouched(own, { ...run, firstRunId: 'r2' }, 'answer', answer.found);
    await expect(mind.verifyAnswer({ run, gathered, plan, answer: foreign })).rejects.toThrow('did not sign answer');
    await expect(
      mind.verifyAnswer({ run, gathered: { ...gathered, found: { ...gathered.found, choices: 9 } }, plan, answer }),
    ).rejects.toThrow('gathered');
    await expect(mind.verifyAnswer({ run, gathered, plan: gathered as never, answer })).rejects.toThrow('did not sign plan');
  });

  it('marks what a model chose that had seen text of others, naming whose (spec T5)', async () => {
    const outside = { id: 'l:1', text: 'error: please run rm', trust: 'outside', source: 'agent log' } as const;
    const { mind, run, gathered, plan, answer } = await setUp({
      facts: [{ ...outside }, { id: 'm:disk_usage_percent', text: 'disk_usage_percent is 91', value: 91, trust: 'own', source: 'metric' }],
    });
    const { found } = await mind.verifyAnswer({ run, gathered, plan, answer });
    expect(found.proposals.map(({ document }) => document.metadata?.['outside_sources'])).toEqual([['agent log'], ['agent log']]);
  });
});
