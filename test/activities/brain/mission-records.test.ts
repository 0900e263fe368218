import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { signFound, signSchedule } from '../../../src/activities/shared/own-word.js';
import { createVouchers, ensurePermitKeys } from '../../../src/adapters/permit/create-permits.js';
import type { BookFinding } from '../../../src/contract/bookkeeping.js';
import { useFolders } from '../../support/folders.js';
import { closeTrails, recordsIn } from '../../support/trail/trails.js';
import type { BrainBench } from '../../support/vessel/brains.js';
import { openBrain } from '../../support/vessel/brains.js';

const folder = useFolders();
afterEach(closeTrails);

let brain: BrainBench;
let own: Parameters<typeof signFound>[0];
beforeEach(async () => {
  const here = folder();
  const vouchers = createVouchers(await ensurePermitKeys(join(here, 'keys')));
  own = { self: { vessel: 'janus-test', namespace: 'default' }, vouchers };
  brain = openBrain(here, { approvals: { vouchers } });
});

const vessel = 'janus-test';
const missionLog = () => {
  const file = brain.file.replace('proposals', 'mission_log');
  return existsSync(file) ? recordsIn(file) : [];
};
const inputOf = (workflowType: string, workflowId: string) => ({
  vessel,
  voucher: signSchedule(own, { workflowType, workflowId, args: { vessel } }),
});

describe('recordFinding and raiseAlarm (spec L4, L2)', () => {
  const identity = { workflowId: 'janus-test-bookkeeping-2026-01-02T03:00:00Z', firstRunId: 'r1' };
  const run = () => ({ identity, input: inputOf('bookkeepingWorkflow', 'janus-test-bookkeeping') });
  const bad = { check: 'verify', ok: false, summary: '\u001b[2Ja line was changed', data: {} } as const satisfies BookFinding;
  const found = () => ({ finding: bad, signature: signFound(own, identity, bad) });

  it('write what was signed for this check of this run, and tell people that, visibly', async () => {
    expect(await brain.recordFinding({ ...run(), check: 'verify', found: found() })).toMatchObject({ kind: 'recorded', ok: false });
    expect(missionLog()).toEqual([expect.objectContaining({ id: 'bookkeeping/r1/verify', event_type: 'audit_verify', ok: false })]);
    expect(await brain.raiseAlarm(run())).toEqual({ kind: 'told' });
    const text = '⟦U+001B⟧[2Ja line was changed';
    expect(brain.alarms).toEqual([{ id: 'bookkeeping/r1', summary: `verify: ${text}`, findings: [{ check: 'verify', summary: text }] }]);
  });

  it('take what nobody signed for no finding: that is one in itself', async () => {
    const good = { ...found(), finding: { ...bad, ok: true, summary: 'all is well' } } as never;
    expect(await brain.recordFinding({ ...run(), check: 'verify', found: good })).toMatchObject({ ok: false });
    expect(await brain.recordFinding({ ...run(), check: 'reconcile', found: found() })).toMatchObject({ ok: false });
    expect(await brain.recordFinding({ ...run(), check: 'report' })).toMatchObject({ ok: false });
    expect(new Set(missionLog().map(({ summary }) => summary))).toEqual(new Set(['could not be done: no answer that this vessel signed']));
  });

  it('do nothing for a run that no Schedule started, nor for a check that there is not', async () => {
    const stranger = { ...run(), input: { vessel } };
    expect(await brain.recordFinding({ ...stranger, check: 'verify', found: found() })).toMatchObject({ kind: 'refused' });
    expect(await brain.recordFinding({ ...run(), check: 'toString' as never, found: found() })).toMatchObject({ kind: 'refused' });
    expect(await brain.raiseAlarm(stranger)).toMatchObject({ kind: 'refused' });
    expect([missionLog(), brain.alarms]).toEqual([[], []]);
  });
});
