import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import type { Ending } from '../../../../src/adapters/sandbox/profile/quota.js';
import { watchAction } from '../../../../src/adapters/sandbox/run/watch.js';
import { emptyFolder } from '../../../../src/adapters/sandbox/usage/workspace-usage.js';
import { charterLimits } from '../../../../src/domain/action/limits.js';
import { useFolders } from '../../../support/folders.js';

const folder = useFolders();
const leaf = { prefix: [], startAs: undefined, usage: () => ({}), kill: () => undefined, close: async () => undefined };

/** Of this very process, in a workspace with more names than a quick look takes. */
function watch(end: (ending: Ending) => void, scanMilliseconds?: number) {
  const workspace = folder();
  for (let index = 0; index < 2_000; index += 1) writeFileSync(join(workspace, String(index)), '');
  const command = { tool: 'x', path: '/usr/bin/true', args: [] };
  const request = { command, workspace, limits: charterLimits, network: [], grants: [], outputPrefix: '' };
  const settings = scanMilliseconds === undefined ? {} : { scanMilliseconds };
  return watchAction({ pid: process.pid, bwrap: '/usr/bin/bwrap', leaf, request, before: emptyFolder, ...settings }, end);
}

it('ends an action whose workspace cannot be measured in time (spec X3)', async () => {
  const ending = new Promise<Ending>((resolve) => {
    const watching = watch((why) => {
      watching.stop();
      resolve(why);
    }, 1);
  });
  expect(await ending).toEqual({ reason: 'inodes', note: expect.stringContaining('cannot be measured') });
});

it('takes what it left behind for too much where that cannot be measured in time (spec X3)', async () => {
  expect(await watch(() => undefined, 1).last()).toMatchObject({ ending: { reason: 'inodes' } });
  const whole = await watch(() => undefined).last();
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
  const watched = { pid: process.pid, bwrap: '/usr/bin/bwrap', request, before: emptyFolder };
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

it('ends nothing because it was stopped in the middle of a measurement', async () => {
  const ends: Ending[] = [];
  const watching = watch((why) => ends.push(why));
  // A scan begins after 200 ms; killed, it has no result.
  await new Promise((resolve) => setTimeout(resolve, 205));
  watching.stop();
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(ends).toEqual([]);
});
