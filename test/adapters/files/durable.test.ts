import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { Disk } from '../../../src/adapters/files/disk.js';
import { appendText, createFile, makeFolder, replaceFile, syncFile, syncFolder } from '../../../src/adapters/files/durable.js';
import { errno, PowerCut, simulateDisk } from '../../support/files/simulated-disk.js';
import type { SimulatedDisk } from '../../support/files/simulated-disk.js';
import { useFolders } from '../../support/folders.js';

const folder = useFolders();
const file = '/state/a/file';
const [before, after] = ['what was there before', 'what is there now, which is longer'];
const mode = 0o600;

type Prepare = (disk: Disk) => Promise<unknown>;
const empty: Prepare = (disk) => makeFolder('/state/a', 0o700, disk);
const withFile: Prepare = async (disk) => {
  await empty(disk);
  await replaceFile(file, before, { mode }, disk);
};

/** What each may leave behind a power cut, and what its success promises. */
const writers: readonly {
  name: string;
  prepare: Prepare;
  write: (disk: Disk) => Promise<unknown>;
  old: string | undefined;
  now: string;
}[] = [
  { name: 'replaceFile, new', prepare: empty, write: (disk) => replaceFile(file, after, { mode }, disk), old: undefined, now: after },
  { name: 'replaceFile', prepare: withFile, write: (disk) => replaceFile(file, after, { mode }, disk), old: before, now: after },
  {
    name: 'replaceFile under a fixed name',
    prepare: withFile,
    write: (disk) => replaceFile(file, () => after, { mode, aside: `${file}.new` }, disk),
    old: before,
    now: after,
  },
  { name: 'createFile', prepare: empty, write: (disk) => createFile(file, after, { mode }, disk), old: undefined, now: after },
  { name: 'createFile, taken', prepare: withFile, write: (disk) => createFile(file, after, { mode }, disk), old: before, now: before },
  {
    name: 'makeFolder, then createFile',
    prepare: async () => undefined,
    write: async (disk) => {
      await makeFolder('/state/a', 0o700, disk);
      await createFile(file, after, { mode }, disk);
    },
    old: undefined,
    now: after,
  },
  {
    name: 'both at once',
    prepare: async () => undefined,
    write: (disk) => Promise.all([makeFolder('/state/a', 0o700, disk), createFile(file, after, { mode }, disk)]),
    old: undefined,
    now: after,
  },
];

const moments = ['before', 'after'] as const;

/** A disk on which `prepare` was done undisturbed, and on which every later operation asks `fault`. */
async function diskWith(
  prepare: Prepare,
  fault: Parameters<typeof simulateDisk>[0] = () => undefined,
  limits = {},
): Promise<SimulatedDisk> {
  let skipped = Infinity;
  const disk = simulateDisk((operation, moment, count) => {
    if (count > skipped) fault(operation, moment, count - skipped);
  }, limits);
  await prepare(disk);
  skipped = disk.operations.length;
  return disk;
}

async function operationsOf({ prepare, write }: (typeof writers)[number]): Promise<number> {
  const disk = await diskWith(prepare);
  const earlier = disk.operations.length;
  await write(disk);
  return disk.operations.length - earlier;
}

describe.each(writers)('$name', (writer) => {
  const { prepare, write, old, now } = writer;
  const leftovers = (disk: SimulatedDisk) => disk.names.filter((name) => name.endsWith('.tmp') || name.endsWith('.new'));

  it('leaves what was there or what is there now when the power goes between any two steps, and what is there now once it has returned (spec Q4h)', async () => {
    const count = await operationsOf(writer);
    expect(count).toBeGreaterThan(3);
    for (const moment of moments)
      for (let at = 1; at <= count; at += 1) {
        const disk = await diskWith(prepare, (_, when, number) => {
          if (number >= at && when === moment) throw new PowerCut();
        });
        await expect(write(disk)).rejects.toThrow(PowerCut);
        for (const state of disk.afterPowerCut(file)) expect([old, now]).toContain(state);
      }
    const disk = await diskWith(prepare);
    await write(disk);
    expect([...disk.afterPowerCut(file)]).toEqual([now]);
    expect(leftovers(disk)).toEqual([]);
  });

  it('goes on where the disk takes a few bytes at a time (spec Q4a)', async () => {
    const disk = await diskWith(prepare, undefined, { takes: 3 });
    await write(disk);
    expect(disk.read(file)).toBe(now);
  });

  it('leaves what was there where the disk is full, or takes nothing and says nothing (spec Q4a)', async () => {
    for (const room of [0, 1, after.length - 1]) {
      // What was there before has been paid for.
      const disk = await diskWith(prepare, undefined, { room: room + (old?.length ?? 0) });
      await expect(write(disk)).rejects.toMatchObject({ code: 'ENOSPC', message: expect.stringContaining(file) });
      expect(disk.read(file)).toBe(old);
      expect(leftovers(disk)).toEqual([]);
    }
    const disk = await diskWith(prepare);
    await expect(write({ ...disk, write: () => 0 })).rejects.toMatchObject({ code: 'ENOSPC' });
    expect(disk.read(file)).toBe(old);
  });

  it('says so where a sync or the last step fails, and then nothing half done has the name (spec Q4b)', async () => {
    const count = await operationsOf(writer);
    const failing = ['create', 'write', 'sync', 'syncFolder', 'rename', 'link', 'makeFolder'];
    let failures = 0;
    for (let at = 1; at <= count; at += 1) {
      const disk = await diskWith(prepare, (operation, when, number) => {
        if (number !== at || when !== 'before' || !failing.includes(operation)) return;
        failures += 1;
        throw errno('EIO');
      });
      const earlier = failures;
      const [outcome] = await Promise.allSettled([write(disk)]);
      expect(outcome.status).toBe(failures > earlier ? 'rejected' : 'fulfilled');
      expect([old, now]).toContain(disk.read(file));
    }
    expect(failures).toBeGreaterThanOrEqual(5);
  });
});

describe('createFile', () => {
  it('is granted to one of many, and the others find it durable', async () => {
    const disk = await diskWith(empty);
    const granted = await Promise.all(['one', 'two', 'three'].map((text) => createFile(file, text, { mode }, disk)));
    expect(granted.filter(Boolean)).toHaveLength(1);
    const slow = await diskWith(empty);
    // The winner has linked it and waits for the folder: the loser may not answer before that is durable.
    let release = () => undefined as void;
    const winner = createFile(
      file,
      'winner',
      { mode },
      {
        ...slow,
        syncFolder: () => new Promise<void>((resolve) => (release = () => resolve())),
      },
    );
    await new Promise(setImmediate);
    expect(await createFile(file, 'loser', { mode }, slow)).toBe(false);
    expect([...slow.afterPowerCut(file)]).toEqual(['winner']);
    release();
    expect(await winner).toBe(true);
  });
});

describe('replaceFile under a fixed name', () => {
  it('is refused while another one is at it, whose file stays, and reads what is there only then', async () => {
    const here = folder();
    const at = join(here, 'file');
    writeFileSync(at, '1');
    writeFileSync(`${at}.new`, 'somebody else');
    const read = () => String(Number(readFileSync(at, 'utf8')) + 1);
    await expect(replaceFile(at, read, { mode, aside: `${at}.new` })).rejects.toMatchObject({ code: 'EEXIST' });
    expect(readdirSync(here).sort()).toEqual(['file', 'file.new']);
    expect(readFileSync(at, 'utf8')).toBe('1');
  });

  it('leaves nothing where the content cannot be made', async () => {
    const here = folder();
    const refuse = () => {
      throw new TypeError('refused');
    };
    await expect(replaceFile(join(here, 'file'), refuse, { mode, aside: join(here, 'file.new') })).rejects.toThrow(
      new TypeError('refused'),
    );
    expect(readdirSync(here)).toEqual([]);
  });
});

describe('appendText', () => {
  it('stays once it has returned, behind what is there', async () => {
    const disk = await diskWith(withFile, undefined, { takes: 3 });
    await appendText(file, after, { mode }, disk);
    expect([...disk.afterPowerCut(file)]).toEqual([`${before}${after}`]);
    const fresh = await diskWith(empty);
    await appendText(file, after, { mode }, fresh);
    expect([...fresh.afterPowerCut(file)]).toEqual([after]);
  });

  it.each(['write', 'sync', 'syncFolder'])('says so where %s fails', async (operation) => {
    const disk = await diskWith(withFile, (each, when) => {
      if (each === operation && when === 'before') throw errno('EIO');
    });
    await expect(appendText(file, after, { mode }, disk)).rejects.toMatchObject({ code: 'EIO', message: expect.stringContaining(file) });
  });
});

describe('makeFolder', () => {
  const closed = (disk: SimulatedDisk): Disk => ({ ...disk, syncFolder: async () => Promise.reject(errno('EACCES')) });

  it('takes a folder that is there, also where nobody may look into the one that holds it', async () => {
    const disk = await diskWith(empty);
    await makeFolder('/state/a', 0o700, closed(disk));
    await expect(makeFolder('/state/b', 0o700, closed(disk))).rejects.toMatchObject({ code: 'EACCES' });
  });

  it('makes sure of one that was made a moment before a crash', async () => {
    const disk = await diskWith(async () => undefined);
    disk.makeFolder('/state', 0o700);
    disk.makeFolder('/state/a', 0o700);
    await makeFolder('/state', 0o700, disk);
    await makeFolder('/state/a', 0o700, disk);
    await createFile(file, after, { mode }, disk);
    expect([...disk.afterPowerCut(file)]).toEqual([after]);
  });
});

describe('syncFile and syncFolder', () => {
  it('make durable what another one wrote, and its name', async () => {
    const disk = await diskWith(empty);
    disk.write(disk.create(file, mode), Buffer.from(after));
    expect(disk.afterPowerCut(file)).toContain('');
    await syncFile(file, disk);
    expect([...disk.afterPowerCut(file)]).toEqual([undefined, after]);
    await syncFolder('/state/a', disk);
    expect([...disk.afterPowerCut(file)]).toEqual([after]);
  });
});
