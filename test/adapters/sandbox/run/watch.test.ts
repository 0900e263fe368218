import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import type { Ending } from '../../../../src/adapters/sandbox/profile/quota.js';
import { watchAction } from '../../../../src/adapters/sandbox/run/watch.js';
import { charterLimits } from '../../../../src/domain/action/limits.js';
import { useFolders } from '../../../support/folders.js';
import { soon } from '../../../support/soon.js';

const before = { inodes: 0, mb: 0 };
const folder = useFolders();
const leaf = { prefix: [], startAs: undefined, usage: () => ({}), kill: () => undefined, close: async () => undefined };

/** More names than a quick look takes. */
function manyNames(): string {
  const workspace = folder();
  for (let index = 0; index < 2_000; index += 1) writeFileSync(join(workspace, String(index)), '');
  return workspace;
}

/** Read only: a tree that no machine reads in a millisecond. */
const largeTree = '/usr';

/** Of this very process. */
function watch(workspace: string, end: (ending: Ending) => void, scanMilliseconds?: number) {
  const command = { tool: 'x', path: '/usr/bin/true', args: [] };
  const limits = { ...charterLimits, inodes: Number.MAX_SAFE_INTEGER, diskWriteMb: Number.MAX_SAFE_INTEGER };
  const request = { command, workspace, limits, network: [], grants: [], outputPrefix: '' };
  const settings = scanMilliseconds === undefined ? {} : { scanMilliseconds };
  return watchAction({ pid: process.pid, bwrap: '/usr/bin/bwrap', leaf, request, before, ...settings }, end);
}

it('ends an action whose workspace cannot be measured in time (spec X3)', async () => {
  const ending = new Promise<Ending>((resolve) => {
    const onEnd = (why: Ending) => {
      watching.stop();
      resolve(why);
    };
    const watching = watch(largeTree, onEnd, 1);
  });
  expect(await ending).toEqual({ reason: 'inodes', note: expect.stringContaining('cannot be measured') });
});

it('takes what it left behind for too much where that cannot be measured in time (spec X3)', async () => {
  expect(await watch(largeTree, () => undefined, 1).last()).toMatchObject({ ending: { reason: 'inodes' } });
  const whole = await watch(manyNames(), () => undefined).last();
  expect(whole).toMatchObject({ usage: { inodes: 2_000 } });
  expect(whole.ending).toBeUndefined();
});

it('ends an action that cannot be looked at any more, and throws nothing at anybody else (spec X3)', async () => {
  const broken = {
    ...leaf,
    usage: () => {
      throw Object.assign(new Error('EMFILE: too many open files'), { code: 'EMFILE' });
    },
    last: async () => {
      throw new Error('nsenter is gone');
    },
  };
  const command = { tool: 'x', path: '/usr/bin/true', args: [] };
  const request = { command, workspace: folder(), limits: charterLimits, network: [], grants: [], outputPrefix: '' };
  const watched = { pid: process.pid, bwrap: '/usr/bin/bwrap', request, before };
  const ending = await new Promise<Ending>((resolve) => {
    const watching = watchAction({ ...watched, leaf: broken }, (why) => {
      watching.stop();
      resolve(why);
    });
  });
  expect(ending).toEqual({ reason: 'memory', note: expect.stringContaining('EMFILE') });
  const unseen = watchAction({ ...watched, leaf: { ...broken, usage: leaf.usage } }, () => undefined);
  expect(await unseen.last()).toMatchObject({ ending: { reason: 'memory', note: expect.stringContaining('nsenter is gone') } });
});

/** The programs that measure for this process. */
const scans = (tree = largeTree) =>
  readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8')
    .split(' ')
    .filter((pid) => {
      try {
        return pid !== '' && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`${tree}\0-xdev`);
      } catch {
        return false;
      }
    });

it('ends nothing because it was stopped in the middle of a measurement', async () => {
  const ends: Ending[] = [];
  const watching = watch(largeTree, (why) => ends.push(why));
  await soon(() => scans().length > 0);
  watching.stop();
  await soon(() => scans().length === 0);
  // Killed, it has no result: this process hears of that as soon as it looks again.
  await new Promise((resolve) => setImmediate(resolve));
  expect(ends).toEqual([]);
});

it('looks again only at what has run since, and then at once: what sleeps costs nothing (spec G1, X3)', async () => {
  const workspace = folder();
  const [counted, ends] = [{ ran: 1, looks: 0, asked: 0 }, [] as Ending[]];
  const sleeping = {
    ...leaf,
    ran: () => {
      counted.asked += 1;
      return counted.ran;
    },
    usage: () => {
      counted.looks += 1;
      return {};
    },
  };
  const request = { command: { tool: 'x', path: '/usr/bin/true', args: [] }, workspace, network: [], grants: [], outputPrefix: '' };
  const watched = { pid: process.pid, bwrap: '/usr/bin/bwrap', leaf: sleeping, before };
  const watching = watchAction({ ...watched, request: { ...request, limits: { ...charterLimits, inodes: 0 } } }, (why) => ends.push(why));
  // The first measurement of the workspace has been: it was empty.
  await soon(() => counted.asked > 30 && scans(workspace).length === 0);
  expect(counted.looks).toBe(1);
  writeFileSync(join(workspace, 'one'), '');
  const askedBefore = counted.asked;
  await soon(() => counted.asked > askedBefore + 30);
  expect(ends).toEqual([]);
  counted.ran += 1;
  // The scan and the sample have clocks of their own: either may be first.
  await soon(() => ends.length > 0 && counted.looks > 1);
  watching.stop();
  expect(ends[0]).toMatchObject({ reason: 'inodes' });
});

it('looks all the same where the counter says nothing: one that cannot be read lets nobody sleep (spec X3)', async () => {
  let looks = 0;
  const uncounted = { ...leaf, ran: () => 0, usage: () => ({ processes: (looks += 1) }) };
  const request = {
    command: { tool: 'x', path: '/usr/bin/true', args: [] },
    workspace: folder(),
    network: [],
    grants: [],
    outputPrefix: '',
  };
  const watched = { pid: process.pid, bwrap: '/usr/bin/bwrap', leaf: uncounted, before };
  const watching = watchAction({ ...watched, request: { ...request, limits: charterLimits } }, () => undefined);
  await soon(() => looks > 2);
  watching.stop();
});
