import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { ensureHeadKeys } from '../../../../src/adapters/audit/heads/head-keys.js';
import { createHeadStore } from '../../../../src/adapters/audit/heads/head-store.js';
import { keepTrail } from '../../../../src/adapters/audit/write/keep-trail.js';
import { createWitness } from '../../../../src/adapters/audit/heads/witness.js';
import { EXIT } from '../../../../src/cli/exit-codes.js';
import type { LogName } from '../../../../src/domain/trail/logs.js';
import { logNames, pathsIn } from '../../../support/trail/built-trail.js';
import { useFolders } from '../../../support/folders.js';
import { anEntry, closeTrails, openTrail } from '../../../support/trail/trails.js';
import { aConfig, ubos } from '../../support/ubos.js';

const folder = useFolders();
afterEach(closeTrails);
const id = 'janus-0123456789ab';

describe('a year of a trail, by the real writer, the real witness and the verbs (spec L4)', () => {
  it('is sound from its oldest file on, and what is left of it can be proven', async () => {
    const [home, second] = [folder(), folder()];
    const heads = { intervalSeconds: 300, keyPath: join(home, 'heads.key'), secondPlace: second };
    const audit = { ...aConfig().audit, heads, retentionDays: { tool_use: 30, proposals: undefined } };
    const run = (line: string) => ubos(`audit ${line}`, { config: aConfig({ audit }, home), cwd: home, columns: 200 });
    let clock = new Date('2025-01-10T00:00:00.000Z');
    const { trail } = openTrail(home, { clock: () => clock });
    const sign = async () => {
      const keys = await ensureHeadKeys(heads.keyPath, join(home, 'heads'), 'janus-in-test');
      const store = createHeadStore(join(home, 'heads'), second, keys.key);
      const witness = createWitness({ files: pathsIn(home), vesselId: 'janus-in-test', keys, store });
      for (const log of logNames) expect((await witness.look(log)).did).not.toBe('refused');
    };
    for (const month of ['2025-01', '2025-11', '2026-01']) {
      clock = new Date(`${month}-01T00:00:00.000Z`);
      const logs: readonly LogName[] = ['tool_use', 'proposals'];
      for (const log of logs) await trail.append(log, anEntry(month, { risk_level: 'low' }));
      await sign();
      // What the upkeep of each night does; the files of January and November are too old in the end.
      await keepTrail({ trail, rotation: {}, retentionDays: audit.retentionDays, now: clock });
      await sign();
    }

    const verified = await run('verify --full');
    expect([verified.code, verified.stderr]).toEqual([EXIT.ok, '']);
    expect(verified.stdout).toContain('✓ proposals: records 0 to 8 in 4 files, one unbroken chain');
    expect(verified.stdout).toMatch(
      /✓ tool_use: records [1-9] to 8 in \d files, one unbroken chain\n(.*\n)*.*were removed, and the mission log says so \(pruned\)/,
    );
    expect(verified.stdout).toContain(`heads of ${second} agree`);
    expect(verified.stdout).toContain('the same user owns the key of the heads');

    expect(JSON.parse((await run('report --month 2025-11 --json')).stdout)).toMatchObject({ proposed_by_risk: { low: 1 } });
    const exported = (await run(`export ${id} --log tool_use`)).stdout.trimEnd().split('\n');
    const proof = await run(`prove ${id}`);
    expect([proof.code, proof.stderr]).toEqual([EXIT.ok, '']);
    writeFileSync(join(home, 'proof.json'), proof.stdout);
    const checked = await run('prove --check proof.json --key heads/heads.pub');
    expect([checked.code, checked.stdout]).toEqual([EXIT.ok, expect.stringContaining(`✓ ${id}: ${exported.length + 3} records`)]);
  });
});
