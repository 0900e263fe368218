import { appendFile, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { aScript } from '../support/sandbox/actions.js';
import { until } from '../support/until.js';
import { openDevServer } from '../support/vessel/dev-server.js';
import type { Vessel, WorkerProcess } from '../support/vessel/vessel.js';
import { openVessel } from '../support/vessel/vessel.js';

interface Told {
  readonly findings: readonly { readonly id?: string; readonly what?: string; readonly ok: boolean; readonly detail: string }[];
}

describe('whether all is well (spec O3)', () => {
  let vessel: Vessel;
  let worker: WorkerProcess;
  /** What does not hold, by `ubos status`, with its exit code. */
  const status = async () => {
    const { exitCode, stdout } = await vessel.ubos(['status', '--exit-code', '--json']);
    const { findings } = JSON.parse(stdout) as Told;
    return { exitCode, wrong: findings.filter(({ ok }) => !ok).map(({ id }) => id) };
  };
  const becomes = (wrong: readonly string[]) =>
    until(`status says ${wrong.join(', ') || 'healthy'}`, async () => {
      const now = await status();
      return now.exitCode === (wrong.length > 0 ? 9 : 0) && now.wrong.join() === wrong.join() ? now : undefined;
    });
  /** Facts alone: whether a sandbox can be had on this machine is not asked here. */
  const doctorSays = async (what: string) => {
    const { exitCode, stdout } = await vessel.ubos(['doctor', '--json']);
    expect(exitCode).toBe(9);
    return (JSON.parse(stdout) as Told).findings.find((finding) => finding.what === what && !finding.ok)?.detail;
  };

  beforeAll(async () => {
    vessel = await openVessel(await openDevServer());
    await vessel.startWorker('guard');
    worker = await vessel.startWorker();
  });

  it('is told by the exit code, and is so after a start', async () => {
    await becomes([]);
  });

  it('is not so while policy.json differs from what the worker holds', async () => {
    const file = join(vessel.home, 'policy.json');
    const before = await readFile(file, 'utf8');
    await writeFile(file, JSON.stringify({ ...(JSON.parse(before) as object), allow_network: true }));
    await becomes(['configuration']);
    expect(await doctorSays('configuration')).toMatch(/^worker all \(pid \d+\) holds policy version [0-9a-f]{16}; /);
    await writeFile(file, '{');
    expect((await vessel.ubos(['status', '--exit-code'])).exitCode).toBe(2);
    await writeFile(file, before);
    await becomes([]);
  });

  it('is not so while the worker is stopped', async () => {
    process.kill(worker.pid, 'SIGSTOP');
    try {
      await becomes(['worker']);
      expect(await doctorSays('worker')).toMatch(/stands still/);
    } finally {
      process.kill(worker.pid, 'SIGCONT');
    }
    await becomes([]);
  });

  it('is not so between two workers, and the escapement goes on with the second (spec G1)', async () => {
    await worker.stop();
    await becomes(['worker']);
    worker = await vessel.startWorker();
    const { escapement } = await until('it ticks', async () => {
      const told = JSON.parse((await vessel.ubos(['status', '--json'])).stdout) as { escapement: { ticks: number } | null };
      return told.escapement === null ? undefined : told;
    });
    expect(escapement?.ticks).toBeGreaterThan(0);
    await becomes([]);
  });

  it('is not so while the trail takes no records', async () => {
    await vessel.propose(aScript('echo before'));
    await appendFile(join(vessel.home, 'proposals.jsonl'), 'somebody was here\n');
    const file = join(vessel.home, 'proposal.json');
    await writeFile(file, JSON.stringify(aScript('echo never')));
    await vessel.ubos(['propose', '-f', file, '--timeout', '2']);
    await becomes(['trail']);
    expect(await doctorSays('trail')).toMatch(/proposals\.jsonl takes no records, so nothing starts/);
    await rm(file);
  });
});
