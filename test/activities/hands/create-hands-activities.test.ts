import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createStartLedger } from '../../../src/adapters/ledger/create-start-ledger.js';
import type { StartRequest } from '../../../src/contract/hands.js';
import { JanusError } from '../../../src/domain/errors.js';
import { packResult } from '../../../src/domain/action/packing.js';
import type { ExecutionResult } from '../../../src/domain/action/result.js';
import { aPlan, openHands } from '../../support/vessel/hands.js';
import { aClaim, aFinish, aResult, goneIdentity } from '../../support/trail/ledgers.js';

let bench: Awaited<ReturnType<typeof openHands>>;
beforeEach(async () => {
  bench = await openHands();
});
afterEach(() => bench.close());

const plan = aPlan();
const twoSteps = aPlan({
  tool_name: undefined,
  tool_args: undefined,
  steps: [
    { tool_name: 'shell', tool_args: ['one'] },
    { tool_name: 'shell', tool_args: ['two'] },
  ],
});
const { proposalId } = plan;
const execute = (request: StartRequest, at = bench) => at.run((hands) => hands.executeAction(request)).result;
const settle = (request: StartRequest) => bench.run((hands) => hands.settleAction(request)).result;
const done = { state: 'finished', ok: true, host: 'here', steps: [packResult(aResult())], problems: [] };
const nothingHappened = () => {
  expect(bench.sandbox.ran).toEqual([]);
  expect(existsSync(bench.ledgerFolder) ? readdirSync(bench.ledgerFolder) : []).toEqual([]);
};
const unavailable = () => new JanusError('SANDBOX_UNAVAILABLE', 'no sandbox here');
const never = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));

describe('without a permit (spec X5)', () => {
  it.each(['executeAction', 'settleAction', 'closeStart', 'probeAction', 'rollBackStep', 'previewAction'] as const)(
    '%s does nothing, whatever it is sent',
    async (name) => {
      const good = bench.permit(plan);
      const request = fc.oneof(
        fc.anything(),
        fc.record({ permit: fc.anything(), plan: fc.anything(), index: fc.anything() }),
        fc.record({ permit: fc.constant(good.permit), plan: fc.anything() }),
        fc.record({ permit: fc.anything(), plan: fc.constant(good.plan), index: fc.nat(3) }),
      );
      await fc.assert(
        fc.asyncProperty(request, async (anything) => {
          const answer = await bench.run((hands) => hands[name](anything as never) as Promise<unknown>).result;
          const refusals = {
            rollBackStep: { state: 'refused' },
            closeStart: { state: 'refused' },
            previewAction: { state: 'not_previewable' },
            probeAction: { verdict: 'unknown' },
          };
          expect(answer).toMatchObject((refusals as Record<string, object>)[name] ?? { state: 'not_started', code: 'PERMIT_REFUSED' });
        }),
        { numRuns: 60 },
      );
      nothingHappened();
    },
  );

  it.each([
    ['another command', { steps: [{ ...plan.steps[0]!, args: ['-c', 'evil'] }] }],
    ['another sandbox', { profile: 'test:1111111111111111' }],
    ['another grant', { grants: [{ name: 'all', path: '/', writable: true }] }],
    ['wider limits', { limits: { ...plan.limits, wallSeconds: plan.limits.wallSeconds + 1 } }],
  ])('nor with one for a plan that has %s', async (_, change) => {
    const { permit } = bench.permit(plan);
    expect(await execute({ ...bench.permit({ ...plan, ...change }), permit })).toMatchObject({
      state: 'not_started',
      code: 'PERMIT_REFUSED',
    });
    nothingHappened();
  });

  it('nor with a sound one for a sandbox that this worker does not have, another host, or one that is over', async () => {
    const foreign = { ...plan, profile: 'test:1111111111111111' };
    expect(await execute(bench.permit(foreign))).toMatchObject({ code: 'PERMIT_REFUSED' });
    expect(await execute(bench.permit(plan, { host: 'there' }))).toMatchObject({ code: 'PERMIT_REFUSED' });
    expect(await execute(bench.permit(plan, { expiresAt: bench.now.toISOString() }))).toMatchObject({ code: 'PERMIT_EXPIRED' });
    nothingHappened();
  });
});

describe('executeAction (spec X5)', () => {
  it('runs every step once, and answers the second attempt from the ledger, on this process and the next', async () => {
    const request = bench.permit(plan);
    expect(await execute(request)).toEqual(done);
    bench.now = new Date(bench.now.getTime() + 86_400_000);
    expect(await execute(request)).toEqual(done);
    const next = bench.restart();
    expect(await execute(request, next as typeof bench)).toEqual(done);
    expect([bench.sandbox.ran, next.sandbox.ran]).toEqual([[`${proposalId}/step-1`], []]);
  });

  it('lets attempts at the very same moment join the first', async () => {
    const request = bench.permit(plan);
    const results = await Promise.all(Array.from({ length: 10 }, () => execute(request)));
    expect(results).toEqual(Array.from({ length: 10 }, () => done));
    expect(bench.sandbox.ran).toHaveLength(1);
  });

  it('never runs again what a process that is gone has claimed', async () => {
    const gone = createStartLedger({ folder: bench.ledgerFolder, self: goneIdentity() });
    await gone.claim(proposalId, aClaim('d'));
    await gone.startStep(proposalId, 0);
    const request = bench.permit(plan);
    const lost = { reason: 'worker-lost', exitCode: null, startedAt: expect.stringMatching(/^20/), note: expect.stringContaining('lost') };
    for (const ask of [execute, settle])
      expect(await ask(request)).toMatchObject({ state: 'interrupted', host: 'here', steps: [lost], startedSteps: 1 });
    expect(bench.sandbox.ran).toEqual([]);
  });

  it('says worker-lost of the step in flight only, also where its start cannot be read', async () => {
    const gone = createStartLedger({ folder: bench.ledgerFolder, self: goneIdentity() });
    await gone.claim(proposalId, aClaim('d'));
    await gone.startStep(proposalId, 0);
    await gone.finishStep(proposalId, 0, aResult());
    await gone.startStep(proposalId, 1);
    writeFileSync(join(bench.ledgerFolder, proposalId, 'step-1.started.json'), '{"at":7}');
    const steps = [packResult(aResult()), { reason: 'worker-lost' }];
    expect(await execute(bench.permit(twoSteps))).toMatchObject({ state: 'interrupted', steps, startedSteps: 2 });
  });

  it('answers with what an older worker wrote, as it wrote it', async () => {
    const old: ExecutionResult = { state: 'not_started', host: 'here', code: 'SANDBOX_UNAVAILABLE', why: 'no sandbox here' };
    const gone = createStartLedger({ folder: bench.ledgerFolder, self: goneIdentity() });
    await gone.claim(proposalId, aClaim('d'));
    await gone.finish(proposalId, old);
    expect(await execute(bench.permit(plan))).toEqual(old);
  });

  it('asks to be asked again while another live process runs it', async () => {
    const stat = (await import('node:fs')).readFileSync(`/proc/${process.ppid}/stat`, 'utf8');
    const startTicks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]!;
    const other = createStartLedger({ folder: bench.ledgerFolder, self: { ...goneIdentity(), pid: process.ppid, startTicks } });
    await other.claim(proposalId, aClaim('d'));
    await expect(execute(bench.permit(plan))).rejects.toMatchObject({ type: 'STILL_RUNNING', nextRetryDelay: '5 seconds' });
    await other.finish(proposalId, aFinish({ host: 'other' }));
    expect(await execute(bench.permit(plan))).toMatchObject({ state: 'finished', host: 'other' });
  });

  it('is interrupted, and never run again, when the sandbox fails in a way that nobody expected', async () => {
    bench.sandbox.behaviour = () => Promise.reject(new Error('a bug'));
    await expect(execute(bench.permit(plan))).rejects.toThrow('a bug');
    bench.sandbox.behaviour = async () => aResult();
    expect(await execute(bench.permit(plan))).toMatchObject({ state: 'interrupted', startedSteps: 1 });
    expect(bench.sandbox.ran).toHaveLength(1);
  });

  it.each([
    ['the sandbox', (at: typeof bench) => (at.sandbox.behaviour = () => Promise.reject(unavailable()))],
    [
      'the workspace',
      (at: typeof bench) =>
        (at.sandbox.prepare = () => {
          throw unavailable();
        }),
    ],
  ])('is not started where %s cannot be set up', async (_, breakIt) => {
    breakIt(bench);
    expect(await execute(bench.permit(plan))).toMatchObject({
      state: 'not_started',
      host: 'here',
      code: 'SANDBOX_UNAVAILABLE',
      why: 'no sandbox here',
      steps: [{ reason: 'setup-failed', exitCode: null, startedAt: bench.now.toISOString(), note: 'no sandbox here' }],
    });
  });

  it('fails after the steps that ran where a later one cannot be set up', async () => {
    let prepared = 0;
    bench.sandbox.prepare = () => {
      prepared += 1;
      if (prepared > 1) throw unavailable();
    };
    expect(await execute(bench.permit(twoSteps))).toMatchObject({
      state: 'finished',
      ok: false,
      steps: [{ reason: 'exit' }, { reason: 'setup-failed' }],
      startedSteps: 1,
      problems: ['step 2: no sandbox here'],
    });
  });

  it('stops at the first step that does not do what it should', async () => {
    bench.sandbox.behaviour = async () => aResult({ exitCode: 3 });
    expect(await execute(bench.permit(twoSteps))).toMatchObject({ state: 'finished', ok: false, problems: ['exit code 3, expected 0'] });
    expect(bench.sandbox.ran).toEqual([`${proposalId}/step-1`]);
  });

  it.each([
    ['its workflow cancels', true, { state: 'cancelled', steps: [{ reason: 'cancelled' }], startedSteps: 1 }],
    ['the worker stops', false, { state: 'interrupted', steps: [{ reason: 'stopped' }], startedSteps: 1 }],
  ])('ends the running step when %s, and starts no other', async (_, wanted, expected) => {
    const started = new Promise<void>((resolve) => {
      bench.sandbox.behaviour = async (_request, signal) => {
        resolve();
        await never(signal).catch(() => undefined);
        return aResult({ reason: 'cancelled', exitCode: null });
      };
    });
    const attempt = bench.run((hands) => hands.executeAction(bench.permit(twoSteps)));
    await started;
    attempt.cancel(wanted);
    expect(await attempt.result).toMatchObject(expected);
    expect(bench.sandbox.ran).toHaveLength(1);
    expect(await execute(bench.permit(twoSteps))).toMatchObject(expected);
  });

  it('in a dry run shows the command lines and changes nothing (spec X7)', async () => {
    const dry = { ...twoSteps, dryRun: true };
    const lines = dry.steps.map(({ path, args }) => ['bwrap', `/work/${proposalId}`, path, ...args]);
    expect(await execute(bench.permit(dry))).toEqual({ state: 'dry_run', host: 'here', commandLines: lines });
    nothingHappened();
    expect(bench.sandbox.prepared).toEqual([]);
  });
});

describe('settleAction', () => {
  it('closes what nobody has started, for ever', async () => {
    const closed = { state: 'not_started', host: 'here', code: 'CLOSED', why: expect.any(String) };
    expect(await settle(bench.permit(plan))).toEqual(closed);
    expect(await execute(bench.permit(plan))).toEqual(closed);
    expect(await settle(bench.permit(plan))).toEqual(closed);
    expect(bench.sandbox.ran).toEqual([]);
  });

  it('at the very same moment as a start has one answer with it', async () => {
    const request = bench.permit(plan);
    const [started, settled] = await Promise.all([execute(request), settle(request)]);
    expect(settled).toEqual(started);
    expect(bench.sandbox.ran.length).toBe(started.state === 'finished' ? 1 : 0);
  });

  it('answers with what is recorded, under a permit that is over too', async () => {
    const request = bench.permit(plan, { expiresAt: new Date(bench.now.getTime() + 1).toISOString() });
    await execute(request);
    bench.now = new Date(bench.now.getTime() + 86_400_000);
    expect(await settle(request)).toEqual(done);
  });
});
