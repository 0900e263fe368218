import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { checkChain } from '../support/trail/check-chain.js';
import { isFinal } from '../../src/domain/action/status.js';
import { aScript } from '../support/sandbox/actions.js';
import type { DevServer } from '../support/vessel/dev-server.js';
import { openDevServer } from '../support/vessel/dev-server.js';
import type { Vessel, WorkerProcess } from '../support/vessel/vessel.js';
import { openVessel } from '../support/vessel/vessel.js';
import { workspaceBelow } from '../support/workspaces.js';

const proposals = 12;
const kills = 3;

describe('two workers of one vessel, killed in turn while proposals are decided (spec X5, Q4f)', () => {
  let server: DevServer;
  let vessel: Vessel;
  beforeAll(async () => {
    server = await openDevServer();
    vessel = await openVessel(server, { agent: { harness: { max_concurrency: 4 } } });
  });

  it('runs nothing twice, ends everything, and keeps one chain', async () => {
    const workers: WorkerProcess[] = [await vessel.startWorker(), await vessel.startWorker()];
    const ids: string[] = [];
    for (let index = 0; index < proposals; index += 1) ids.push(await vessel.propose(aScript(`echo ran >> trace; sleep 1.${index}`)));
    for (let kill = 0; kill < kills; kill += 1) {
      const mine = ids.slice((kill * proposals) / kills, ((kill + 1) * proposals) / kills);
      await Promise.all(mine.map((id) => vessel.approve(id)));
      await workers[kill % 2]?.kill();
      workers[kill % 2] = await vessel.startWorker();
    }
    for (const id of ids) {
      const { status, reason } = await vessel.reaches(id, isFinal);
      const trace = await readFile(join(workspaceBelow(join(vessel.home, 'workspaces'), id), 'trace'), 'utf8').catch(() => 'nothing');
      const told = status === 'failed' ? reason.replace(/^.*: /, '') : status;
      // Killed before its first step: nothing ran. Killed in it: undone. Otherwise done, once.
      expect(`${told}: ${trace}`).toMatch(/^(nothing was started: nothing|rolled_back: (ran\n)?undone\n|completed: ran\n)$/);
    }
    const records = await vessel.records();
    for (const id of ids) expect(records.filter((record) => record.id === `${id}/start/1`)).toHaveLength(1);
    expect(new Set(records.map(({ id }) => id)).size).toBe(records.length);
    for (const log of ['proposals', 'tool_use']) expect(await checkChain(join(vessel.home, `${log}.jsonl`))).toMatchObject({ ok: true });
  });
});
