import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { checkChain } from '../support/trail/check-chain.js';
import { aScript } from '../support/sandbox/actions.js';
import type { DevServer } from '../support/vessel/dev-server.js';
import { openDevServer } from '../support/vessel/dev-server.js';
import { processesWith } from '../support/sandbox/processes.js';
import { until } from '../support/until.js';
import type { Vessel, WorkerProcess } from '../support/vessel/vessel.js';
import { openVessel } from '../support/vessel/vessel.js';
import { workspaceBelow } from '../support/workspaces.js';

/** Long enough that only a kill ends it; its number finds its processes. */
const forever = (mark: string) => `echo ran >> trace; exec sleep ${mark}`;

describe('kill -9 of the worker (spec Q4g)', () => {
  let server: DevServer;
  let vessel: Vessel;
  let worker: WorkerProcess;
  let settledByHand = '';
  beforeAll(async () => {
    server = await openDevServer();
    vessel = await openVessel(server, { agent: { harness: { max_concurrency: 16 } } });
    worker = await vessel.startWorker();
  });

  const trace = (id: string) => readFile(join(workspaceBelow(join(vessel.home, 'workspaces'), id), 'trace'), 'utf8');
  const approve = (id: string) => vessel.approve(id);

  const recordedDigest = async (id: string) => {
    const record = (await vessel.records()).find(({ action_id, event_type }) => action_id === id && event_type === 'action_proposed');
    return String(record?.['digest']);
  };

  it('loses no proposal that waits, and not its deadline (spec A2)', async () => {
    const id = await vessel.propose(aScript('true'));
    const { deadline } = await vessel.view(id);
    await worker.kill();
    worker = await vessel.startWorker();
    expect(await vessel.reaches(id, 'proposed')).toMatchObject({ deadline });
  });

  it('loses no decision that arrives while nobody is there (spec A1)', async () => {
    const id = await vessel.propose(aScript('echo ran >> trace'));
    await worker.kill();
    const digest = await recordedDigest(id);
    await vessel.temporal(['workflow', 'signal', '-w', id, '--name', 'approve', '--input', JSON.stringify({ by: 'alice', digest })]);
    worker = await vessel.startWorker();
    await vessel.reaches(id, 'completed');
    expect(await trace(id)).toBe('ran\n');
  });

  it('settles what was running: by its probe, by its rollback, or by a human, and never runs it again (spec X5, X8, X9)', async () => {
    const probed = (code: string) => ({
      rollback: [{ tool_name: 'shell', tool_args: ['true'] }],
      probe: { tool_name: 'shell', tool_args: [code] },
    });
    const happened = await vessel.propose(aScript(forever('7001'), probed('grep -q ran trace')));
    const didNot = await vessel.propose(aScript(forever('7002'), probed('grep -q never trace')));
    const undone = await vessel.propose(aScript(forever('7003')));
    const open = await vessel.propose(aScript('sleep 7004', { risk_level: 'low', rollback: [], rollback_plan: '' }));
    const all = [happened, didNot, undone, open];
    await Promise.all(all.map(approve));
    await until('all four run', () =>
      ['7001', '7002', '7003', '7004'].every((mark) => processesWith(`sleep ${mark}`).length > 0) ? true : undefined,
    );
    await worker.kill();
    await until('no sandbox survives its worker', () => (processesWith('sleep 700').length === 0 ? true : undefined));
    worker = await vessel.startWorker();
    // The server gives the attempt up when its heartbeat is 30 s late.
    await vessel.reaches(happened, 'completed');
    await vessel.reaches(didNot, 'failed');
    await vessel.reaches(undone, 'rolled_back');
    await vessel.reaches(open, 'indeterminate');
    expect(await trace(happened)).toBe('ran\n');
    expect(await trace(undone)).toBe('ran\nundone\n');
    expect(await vessel.ubos(['resolve', open, 'failed', '--reason', 'seen by eye'])).toMatchObject({ exitCode: 0 });
    await vessel.reaches(open, 'failed');
    settledByHand = open;
    for (const id of all) expect((await vessel.trail(id)).filter((type) => type === 'start_authorised')).toHaveLength(1);
    expect(await checkChain(join(vessel.home, 'proposals.jsonl'))).toMatchObject({ ok: true });
  });

  it('lets a stop drain: what runs ends by itself, what runs too long is interrupted and settled (spec K2)', async () => {
    const short = await vessel.propose(aScript('sleep 3; echo ran >> trace'));
    const long = await vessel.propose(aScript(forever('7005')));
    await Promise.all([short, long].map(approve));
    await until('both run', () => (processesWith('sleep 3').length > 0 && processesWith('sleep 7005').length > 0 ? true : undefined));
    await worker.stop();
    expect(processesWith('sleep 7005')).toEqual([]);
    const note = (id: string) => existsSync(join(vessel.home, 'ledger', id, 'settled.json'));
    expect(note(settledByHand)).toBe(false);
    worker = await vessel.startWorker();
    // The janitor learns from the server what people have settled: from now on that workspace grows old.
    await until('it is noted as settled', () => (note(settledByHand) ? true : undefined));
    expect(note(long)).toBe(false);
    await vessel.reaches(short, 'completed');
    await vessel.reaches(long, 'rolled_back');
    expect(await trace(short)).toBe('ran\n');
    expect(await trace(long)).toBe('ran\nundone\n');
  });

  it('kills the sandbox of a workflow that was terminated', async () => {
    const id = await vessel.propose(aScript(forever('7006')));
    await approve(id);
    await until('it runs', () => (processesWith('sleep 7006').length > 0 ? true : undefined));
    await vessel.temporal(['workflow', 'terminate', '-w', id, '--reason', 'test']);
    await until('its sandbox is gone', () => (processesWith('sleep 7006').length === 0 ? true : undefined));
  });
});
