import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createDriver } from '../../src/activities/hands/controls/driver.js';
import { createHostPlaces } from '../../src/activities/hands/controls/host-places.js';
import { createGate } from '../../src/activities/hands/gate.js';
import { openDriverLock } from '../../src/adapters/controls/driver-lock.js';
import { openSlots } from '../../src/adapters/controls/slots.js';
import { openStatePage } from '../../src/adapters/controls/state-page.js';
import { createHostReadings } from '../../src/adapters/host/readings/host-readings.js';
import { charterLimits } from '../../src/domain/action/limits.js';
import { someSettings } from '../support/controls/tracing.js';
import { closeAtTheEnd } from '../support/closing.js';
import type { SandboxBench } from '../support/sandbox/sandboxes.js';
import { describeWithBwrap, openSandboxBench } from '../support/sandbox/sandboxes.js';
import { soon } from '../support/soon.js';
import { aPlan, openHands } from '../support/vessel/hands.js';

const totalKb = 16_000 * 1_024;

/** The controls of a worker, on readings that the test writes, a tick at a time; all else is as hands wire it. */
function aHost(root: string) {
  const proc = join(root, 'proc');
  const put = (name: string, text: string) => {
    mkdirSync(dirname(join(proc, name)), { recursive: true });
    writeFileSync(join(proc, name), text);
  };
  const memoryLeft = (share: number) => put('meminfo', `MemTotal: ${totalKb} kB\nMemAvailable: ${Math.round(share * totalKb)} kB\n`);
  const calm = 'some avg10=0.00 avg60=0.00 avg300=0.00 total=0\n';
  put('pressure/cpu', calm);
  put('pressure/memory', calm);
  put('stat', 'cpu  100 0 0 100 0 0 0 0 0 0\nprocs_running 1\n');
  memoryLeft(0.5);
  const [slots, page, lock] = [
    openSlots(join(root, 'slots'), 4_096),
    openStatePage(join(root, 'state.json')),
    openDriverLock(join(root, 'driver')),
  ];
  const places = createHostPlaces(slots, () => driver.orders());
  const gate = createGate(places);
  const told: string[] = [];
  let at = 0;
  let cpu = 100;
  const driver = createDriver({
    ...{ lock, page },
    settings: () => someSettings(),
    journal: { append: async ({ event }) => void told.push(event) },
    monotonic: () => at,
    now: () => new Date(0),
    readHost: createHostReadings({ diskPath: '/', countsEverySeconds: 30, proc, cores: 4 }),
    countPlaces: () => slots.count(),
    youngest: () => slots.youngest(),
    waiting: () => gate.waiting,
    others: () => ({ actionsMb: 4_000, backlog: gate.waiting, own: undefined }),
    shed: (serial) => places.shed(serial),
    closeEgress: () => told.push('connections are closed'),
    look: () => undefined,
    pullStop: (reason) => told.push(reason),
    wake: () => gate.wake(),
    trouble: (why) => told.push(why),
  });
  const tick = (times = 1) => {
    for (let each = 0; each < times; each += 1) {
      at += 500;
      cpu += 100;
      put('stat', `cpu  ${cpu / 2} 0 0 ${cpu} 0 0 0 0 0 0\nprocs_running 1\n`);
      driver.tick({ ticks: 1, missed: 0, jitterP50Ms: 0, jitterP99Ms: 0, emergencyStop: false, lastTickAt: '' });
    }
    return driver.orders();
  };
  closeAtTheEnd(async () => [slots, page, lock].forEach((each) => each.close()));
  return { gate, tick, told, memoryLeft };
}

/** Command lines that begin with this word, wherever the process hides. */
const alive = (mark: string) =>
  readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith(mark);
    } catch {
      return false;
    }
  }).length;

describeWithBwrap('when the memory runs out (spec G3)', () => {
  let bench: SandboxBench;
  beforeAll(async () => {
    bench = await openSandboxBench();
  });
  afterAll(() => bench.close());

  it('the youngest sandbox is ended with all that it started, and rolled back; the older ones go on; nothing new starts until it is over', async () => {
    const host = aHost(bench.root);
    const { sandbox } = bench;
    const hands = await openHands({ sandbox, gates: { actions: host.gate, previews: host.gate } });
    closeAtTheEnd(async () => hands.close());
    const markOf = (number: number) => `janus-shed-${process.pid}-${number}`;
    const planOf = (number: number) => {
      const sleep = `exec -a ${markOf(number)} sleep 60`;
      const script = `echo done >made; trap "" TERM; (setsid bash -c '((${sleep}) & exit)' >/dev/null 2>&1 &); ${sleep}`;
      const undo = [{ tool_name: 'shell', tool_args: ['rm made'] }];
      const document = {
        proposal_id: `janus-00000000000${number}`,
        risk_level: 'medium' as const,
        rollback_plan: 'remove it',
        rollback: undo,
      };
      return aPlan({ ...document, tool_args: [script] }, { profile: sandbox.profile, limits: { ...charterLimits, memoryMb: 1_000 } });
    };
    const start = (number: number) => hands.run((each) => each.executeAction(hands.permit(planOf(number))));
    const runs = (number: number) => soon(() => host.tick() && alive(markOf(number)) === 2);

    const attempts = [];
    for (const number of [1, 2, 3]) {
      attempts.push(start(number));
      await runs(number);
    }
    const [first, second, third] = attempts;
    host.memoryLeft(0.05);
    host.tick();
    expect([host.told, alive(markOf(3))]).toEqual([[], 2]);
    expect(host.tick()).toMatchObject({ stage: 'EMERGENCY', concurrency: 1 });
    expect(await third?.result).toMatchObject({ state: 'finished', ok: false, steps: [{ reason: 'relief-shed' }] });
    expect([1, 2, 3].map((number) => alive(markOf(number)))).toEqual([2, 2, 0]);
    expect(host.told).toEqual(['relief.degrade', 'relief.shed', 'connections are closed']);

    const made = join(await sandbox.prepareWorkspace('janus-000000000003'), 'made');
    expect(readFileSync(made, 'utf8')).toBe('done\n');
    const undo = hands.permit(planOf(3), { purpose: 'rollback', steps: 1 });
    expect(await hands.run((each) => each.rollBackStep({ ...undo, index: 0 })).result).toMatchObject({ state: 'finished', ok: true });
    expect(() => readFileSync(made)).toThrow('ENOENT');

    // The memory is back, the valve is not yet closed: two run, and one may.
    host.memoryLeft(0.5);
    const fourth = start(4);
    await soon(() => host.gate.waiting === 1);
    expect(host.tick(9)).toMatchObject({ stage: 'EMERGENCY' });
    expect([host.gate.waiting, host.gate.running]).toEqual([1, 2]);
    await runs(4);
    expect(host.told.slice(3)).toEqual(['relief.restore']);
    for (const attempt of [first, second, fourth]) {
      attempt?.cancel();
      await attempt?.result;
    }
    expect([1, 2, 4].map((number) => alive(markOf(number)))).toEqual([0, 0, 0]);
  });
});
