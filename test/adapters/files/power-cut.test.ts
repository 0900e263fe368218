import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { watchDisk } from '../../support/files/watched-disk.js';
import { useFolders } from '../../support/folders.js';
import { soon } from '../../support/soon.js';
import { aClaim, aFinish, aResult, idOf } from '../../support/trail/ledgers.js';
import { aRecord } from '../../support/trail/records.js';

const folder = useFolders();
const disk = watchDisk();
afterEach(() => disk.forget());

// Imported when the disk is watched, and not before.
const { createStartLedger } = await import('../../../src/adapters/ledger/create-start-ledger.js');
const { ensurePermitKeys } = await import('../../../src/adapters/permit/create-permits.js');
const { openRecordSource } = await import('../../../src/adapters/audit/read/record-source.js');
const { followTrail } = await import('../../../src/adapters/notify/trail-follower.js');
const { ensureHeadKeys } = await import('../../../src/adapters/audit/heads/head-keys.js');
const { createHeadStore } = await import('../../../src/adapters/audit/heads/head-store.js');
const { writeReport } = await import('../../../src/adapters/audit/read/report-file.js');
const { changeAtomically, withLines } = await import('../../../src/adapters/signatures/signer-store.js');
const { noteSigners } = await import('../../../src/adapters/signatures/signers-kept.js');
const { openStage } = await import('../../../src/adapters/sandbox/workspace/stage.js');
const { createKey } = await import('../../../src/adapters/signatures/create-key.js');

const id = idOf(1);
const logs = (home: string) => ({
  mission_log: join(home, 'mission_log.jsonl'),
  tool_use: join(home, 'tool_use.jsonl'),
  proposals: join(home, 'proposals.jsonl'),
});

/** Until everything was told. */
async function follow(home: string, trail: string): Promise<void> {
  const cursorFile = join(home, 'state', 'cursor');
  const errors: unknown[] = [];
  const follower = followTrail({
    records: openRecordSource(trail, 'proposals'),
    file: trail,
    cursorFile,
    approvalQueueFile: join(home, 'queue', 'approval_queue.jsonl'),
    onError: (error) => errors.push(error),
  });
  const { size } = statSync(trail);
  await soon(() => errors.length > 0 || (existsSync(cursorFile) && readFileSync(cursorFile, 'utf8').includes(`${size}`)));
  await follower.close();
  expect(errors).toEqual([]);
}

const writers: readonly (readonly [string, (home: string, elsewhere: string) => Promise<unknown>])[] = [
  [
    'the start ledger',
    async (home) => {
      const ledger = createStartLedger({ folder: join(home, 'state', 'ledger') });
      await ledger.claim(id, aClaim('digest'));
      await ledger.startStep(id, 0);
      await ledger.finishStep(id, 0, aResult());
      await ledger.finish(id, aFinish());
      await ledger.claimRollback(id, 0);
      await ledger.releaseRollback(id, 0, { why: 'no sandbox', max: 5 });
      await ledger.claimRollback(id, 0);
      await ledger.finishRollback(id, 0, { state: 'not_started' } as never);
      await ledger.settle(id, new Date().toISOString());
    },
  ],
  ['the keys of the permits', (home) => ensurePermitKeys(join(home, 'state', 'keys'))],
  [
    'the cursor and the queue of the notifier',
    async (home, elsewhere) => {
      const trail = join(elsewhere, 'proposals.jsonl');
      const queue = join(home, 'queue');
      disk.onName = (path) => {
        if (path.endsWith('cursor')) expect(disk.losses(queue)).toEqual([]);
      };
      const told = (number: number) => `${JSON.stringify(aRecord(number, 'action_proposed', { action_id: id }))}\n`;
      writeFileSync(trail, told(1));
      await follow(home, trail);
      writeFileSync(trail, told(1) + told(2));
      await follow(home, trail);
      rmSync(join(queue, 'approval_queue.jsonl'));
      writeFileSync(trail, told(1) + told(2) + told(3));
      await follow(home, trail);
    },
  ],
  [
    'key, public key, newest and history of the heads',
    async (home) => {
      const keys = await ensureHeadKeys(join(home, 'keys', 'heads.key'), join(home, 'heads'), 'janus-in-test');
      const store = createHeadStore(join(home, 'heads'), join(home, 'second'), keys.key);
      expect(await store.add('proposals', 'note 1')).toBeUndefined();
      expect(await store.add('proposals', 'note 2')).toBeUndefined();
    },
  ],
  ['the report of a month', (home, elsewhere) => writeReport(join(home, 'state'), logs(elsewhere), '2026-01')],
  [
    'allowed signers',
    async (home) => {
      for (const line of ['one', 'two']) await changeAtomically(join(home, 'allowed_signers'), (text: string) => withLines(text, [line]));
    },
  ],
  ['that there are allowed signers', async (home) => noteSigners({ approvals: { allowedSigners: '/a' }, paths: { keys: home } } as never)],
  [
    'a stage in its place',
    async (home) => {
      const account = { uid: process.getuid!(), gid: process.getgid!(), description: '', switches: false };
      const target = join(home, id);
      const stage = await openStage(home, account);
      mkdirSync(target);
      await stage.putInPlace(target);
      await stage.discard();
    },
  ],
  ["a person's key", (home) => createKey({ file: join(home, 'janus', 'keys', 'ana'), comment: '', askPassphrase: false })],
];

describe('a power cut', () => {
  it.each(writers)('takes nothing of %s, and leaves nothing half written (spec Q4h)', async (_, write) => {
    const home = folder();
    await write(home, folder());
    expect(disk.losses(home)).toEqual([]);
    expect(disk.early).toEqual([]);
  });

  it('and a disk that takes a few bytes at a time leave no list of keys that is cut (spec Q4a)', async () => {
    const file = join(folder(), 'allowed_signers');
    disk.takes = 5;
    await changeAtomically(file, () => 'a line that is longer than that\n');
    expect(readFileSync(file, 'utf8')).toBe('a line that is longer than that\n');
  });
});
