import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createHostReadings, missingReadings } from '../../../../src/adapters/host/readings/host-readings.js';

let proc: string;
const put = (name: string, text: string) => {
  mkdirSync(dirname(join(proc, name)), { recursive: true });
  writeFileSync(join(proc, name), text);
};
const psi = (total: number) => `some avg10=99.00 avg60=0.00 avg300=0.00 total=${total}\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=7\n`;
const stat = (busy: number, idle: number, running = 1) =>
  `cpu  ${busy} 0 0 ${idle} 0 0 0 0 0 0\ncpu0 1 2 3 4\nintr 5\nprocs_running ${running}\nprocs_blocked 0\n`;
const meminfo = (available: number) =>
  `MemTotal:       1024000 kB\nMemFree:  1 kB\nMemAvailable:   ${available} kB\nSwapTotal: 1000 kB\nSwapFree: 250 kB\n`;

beforeEach(() => {
  proc = mkdtempSync(join(tmpdir(), 'janus-proc-'));
  put('pressure/cpu', psi(0));
  put('pressure/memory', psi(0));
  put('stat', stat(100, 100));
  put('meminfo', meminfo(512_000));
  put('net/tcp', '  sl  local rem st\n   0: 0100007F:1F90 00000000:0000 0A 00000000\n   1: 0100007F:1F90 0100007F:1234 01 00000000\n');
  put('12/stat', '');
});
afterEach(() => rmSync(proc, { recursive: true, force: true }));

const open = (more = {}) => createHostReadings({ diskPath: '/', countsEverySeconds: 30, proc, cores: 2, ...more });

describe('what the host tells (spec G4)', () => {
  it('is the stall since the look before, not an average of minutes', () => {
    const read = open();
    expect(read(0).pressure).toEqual({ fallback: false });
    put('pressure/cpu', psi(250_000));
    put('pressure/memory', psi(50_000));
    put('stat', stat(150, 150));
    expect(read(500)).toMatchObject({ at: 500, cores: 2, cpu: 0.5, pressure: { cpu: 0.5, memory: 0.1 } });
    put('pressure/cpu', psi(9_250_000));
    expect(read(1_000).pressure.cpu).toBe(1);
  });

  it('counts memory, swap, disk, processes and connections', () => {
    const { memory, counts } = open()(0);
    expect(memory).toEqual({ totalMb: 1_000, availableMb: 500, swap: 0.75 });
    expect(counts).toMatchObject({ processes: 1, connections: 1 });
    expect(counts.disk).toBeGreaterThan(0);
    expect(counts.disk).toBeLessThanOrEqual(1);
  });

  it('looks only now and then at what costs more', () => {
    const read = open();
    read(0);
    put('13/stat', '');
    expect(read(29_999).counts.processes).toBe(1);
    expect(read(30_000).counts.processes).toBe(2);
  });

  it('takes the crowd at the processors where the kernel counts no stall', () => {
    rmSync(join(proc, 'pressure'), { recursive: true });
    put('stat', stat(100, 100, 3));
    expect(open()(0).pressure).toEqual({ cpu: 0.5, fallback: true });
    expect(missingReadings(proc).map(({ what }) => what)).toEqual([`${proc}/pressure/cpu`, `${proc}/pressure/memory`]);
  });

  it.each(['stat', 'meminfo', 'pressure/cpu', 'pressure/memory', 'net/tcp'])('raises nothing for a missing or senseless %s', (name) => {
    const read = open();
    put(name, '\u0000 nothing of the kind \n');
    expect(() => read(0)).not.toThrow();
    rmSync(join(proc, name));
    const { memory, cpu } = read(500);
    expect({ memory, cpu }[name === 'stat' ? 'cpu' : 'memory']).toEqual(
      name === 'stat' || name === 'meminfo' ? undefined : expect.anything(),
    );
  });

  it('says nothing of a time that did not pass', () => {
    const read = open();
    read(1_000);
    put('pressure/cpu', psi(500_000));
    expect(read(1_000).pressure.cpu).toBeUndefined();
  });

  it('never takes the pages of files for memory that is in use', () => {
    put('cg/service/janus-worker/memory.max', 'max\n');
    put('cg/service/memory.max', String(1_048_576));
    put('cg/service/memory.current', String(990_000));
    put('cg/service/memory.stat', 'anon 262144\nfile 740000\n');
    const memoryCgroup = { folder: join(proc, 'cg/service/janus-worker'), root: join(proc, 'cg') };
    expect(open({ memoryCgroup })(0).cgroup).toEqual({ limitMb: 1, anonymousMb: 0.25 });
    put('cg/service/memory.max', 'max');
    expect(open({ memoryCgroup })(0).cgroup).toBeUndefined();
  });

  it('reads a cgroup of version 1 likewise', () => {
    put('cg/one/memory.limit_in_bytes', '2097152');
    put('cg/one/memory.stat', 'cache 900\nrss 10\ntotal_rss 1048576\n');
    expect(open({ memoryCgroup: { folder: join(proc, 'cg/one'), root: join(proc, 'cg') } })(0).cgroup).toEqual({
      limitMb: 2,
      anonymousMb: 1,
    });
  });
});
