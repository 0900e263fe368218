/**
 * What the controls are measured on. `kinds`: seconds of CPU, then seconds of waiting; memory that it takes in the end, and what it reserves.
 * `jobs`: `count` at once, or `perSecond` as they come. `foreign`: what others do to the host, memory in MB or busy tasks (`hogs`).
 */

const large = { cores: 8, memoryMb: 32_000, baseMb: 2_000 };
const small = { cores: 4, memoryMb: 16_000, baseMb: 1_500 };

const kinds = {
  io: { cpuSeconds: 0.1, ioSeconds: 2, memoryMb: 100, reservedMb: 256 },
  cpu: { cpuSeconds: 2, ioSeconds: 0, memoryMb: 150, reservedMb: 512 },
  mem: { cpuSeconds: 1, ioSeconds: 10, memoryMb: 3_500, reservedMb: 4_000 },
};
const longer = {
  io: { cpuSeconds: 0.2, ioSeconds: 5, memoryMb: 100, reservedMb: 256 },
  cpu: { cpuSeconds: 5, ioSeconds: 0, memoryMb: 150, reservedMb: 512 },
  mem: { cpuSeconds: 2, ioSeconds: 8, memoryMb: 2_200, reservedMb: 2_500 },
};
/** 0.87 seconds of CPU for each job. */
const mix = { io: 0.6, cpu: 0.36, mem: 0.04 };

const on = (host, max, of) => (scenario) => ({ host, max, kinds: of, seconds: 900, ...scenario });
const large8 = on(large, 32, kinds);
const small4 = on(small, 16, longer);

export const scenarios = {
  S1: large8({ what: '50 CPU jobs', jobs: [{ count: 50, kind: 'cpu' }] }),
  S2: large8({ what: '50 io jobs', jobs: [{ count: 50, kind: 'io' }], idleUntil: 120 }),
  S3: large8({ what: 'mix at 70 % for 600 s', jobs: [{ perSecond: (0.7 * 8) / 0.87, until: 600, mix }] }),
  S4: large8({
    what: '1.3 times too much for 290 s',
    jobs: [{ perSecond: (1.3 * 8) / 0.87, until: 290, mix: { ...mix, mem: 0.01 } }],
  }),
  S5: large8({
    what: '40 large jobs, +14 GB of others in 2 s',
    jobs: [{ count: 40, kind: 'mem' }],
    foreign: [{ kind: 'memory', at: 20, over: 2, until: 80, amount: 14_000 }],
  }),
  S6: large8({ what: '20 large jobs after an idle minute', jobs: [{ at: 60, count: 20, kind: 'mem' }] }),
  S7: large8({
    what: '8 busy tasks of others for 120 s',
    jobs: [{ perSecond: (0.4 * 8) / 0.87, until: 240, mix: { ...mix, mem: 0 } }],
    foreign: [{ kind: 'hogs', at: 60, until: 180, amount: 8 }],
  }),
  L: large8({ what: 'a lone job on an idle host', jobs: [{ at: 30.2, count: 1, kind: 'io' }] }),
  H1: small4({ what: '40 CPU jobs', jobs: [{ count: 40, kind: 'cpu' }] }),
  H2: small4({ what: '40 io jobs', jobs: [{ count: 40, kind: 'io' }], idleUntil: 120 }),
  H3: small4({ what: 'mix at 60 % for 300 s', jobs: [{ perSecond: (0.6 * 4) / 1.9, until: 300, mix: { io: 0.55, cpu: 0.3, mem: 0.15 } }] }),
  H4: small4({ what: '1.4 times too much CPU for 200 s', jobs: [{ perSecond: (1.4 * 4) / 5, until: 200, mix: { cpu: 1 } }] }),
  H5: small4({
    what: '30 large jobs, +6 GB of others in 1 s',
    jobs: [{ count: 30, kind: 'mem' }],
    foreign: [{ kind: 'memory', at: 15, over: 1, until: 60, amount: 6_000 }],
  }),
};
