import { copyFileSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { ensureHeadKeys } from '../../../../src/adapters/audit/heads/head-keys.js';
import { createHeadStore } from '../../../../src/adapters/audit/heads/head-store.js';
import { verifyTrail } from '../../../../src/adapters/audit/verify/verify-trail.js';
import { createWitness } from '../../../../src/adapters/audit/heads/witness.js';
import { pathsIn } from '../../../support/trail/built-trail.js';
import { useFolders } from '../../../support/folders.js';
import { anEntry, closeTrails, openTrail } from '../../../support/trail/trails.js';

const folder = useFolders();
afterEach(closeTrails);

/** As `runWitness` does at its start. */
async function look(home: string, second: string) {
  const keys = await ensureHeadKeys(join(home, 'heads.key'), join(home, 'heads'), 'janus-in-test');
  const witness = createWitness({
    files: pathsIn(home),
    vesselId: 'janus-in-test',
    keys,
    store: createHeadStore(join(home, 'heads'), second, keys.key),
  });
  return witness.look('proposals');
}

describe('a log that was put back from an older backup (docs/audit.md) (spec L3, Q4d)', () => {
  it('is refused until its lock file and its newer heads are moved away, there and in the second place; then it goes on', async () => {
    const [home, second] = [folder(), folder()];
    const { trail, file } = openTrail(home);
    await trail.append('proposals', anEntry('a'));
    copyFileSync(file, join(home, 'backup'));
    await trail.append('proposals', anEntry('b'));
    expect(await look(home, second)).toMatchObject({ did: 'signed', head: { size: 2 } });
    await trail.close();

    renameSync(join(home, 'backup'), file);
    const append = () => openTrail(home).trail.append('proposals', anEntry('c'));
    const away = join(home, 'before-restore');
    mkdirSync(join(away, 'second'), { recursive: true });
    await expect(append()).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE', next: expect.stringContaining(`move ${file}.lock away`) });
    renameSync(`${file}.lock`, join(away, 'proposals.jsonl.lock'));
    const head = join(home, 'heads/proposals.head');
    await expect(append()).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE', next: expect.stringContaining(`move ${head} away`) });
    for (const name of ['proposals.head', 'proposals.heads.jsonl']) renameSync(join(home, 'heads', name), join(away, name));
    expect(await look(home, second)).toMatchObject({ did: 'refused', problem: { kind: 'head_ahead' } });
    for (const name of ['proposals.head', 'proposals.heads.jsonl']) renameSync(join(second, name), join(away, 'second', name));

    expect(await append()).toMatchObject({ seq: 1 });
    expect(await look(home, second)).toMatchObject({ did: 'signed', head: { size: 2 } });
    const settings = { files: pathsIn(home), headsFolder: join(home, 'heads'), logs: ['proposals'] as const, full: true };
    expect(await verifyTrail(settings)).toMatchObject([{ state: 'ok', records: 2, headsCompared: 2 }]);
  });
});
