import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { createScriptNotifier, openScriptNotifier } from '../../../src/adapters/notify/script-notifier.js';
import { useFolders } from '../../support/folders.js';
import { aNotification } from '../../support/proposals/notifications.js';
import { soon } from '../../support/soon.js';

const folder = useFolders();

/** A notifier over a bash script; `$DIR` is the folder that it may write to. */
function notifierFor(script: string, { timeoutMilliseconds = 5_000, called = 'ubos' } = {}) {
  const here = folder();
  const failures: string[] = [];
  const path = join(here, 'notify.sh');
  writeFileSync(path, `#!/bin/bash\nDIR=${here}\n${script}\n`, { mode: 0o755 });
  const notify = createScriptNotifier({
    script: path,
    called,
    timeoutMilliseconds,
    onEnd: (why) => why !== undefined && failures.push(why),
  });
  return { notify, failures, read: (name: string) => readFileSync(join(here, name), 'utf8'), path, here };
}

const isRunning = (pid: string) => existsSync(`/proc/${pid}`) && !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));

it('hands the JSON over as the one argument and on stdin, with a minimal environment (spec A6)', async () => {
  process.env['JANUS_SECRET'] = 'canary';
  const { notify, failures, read } = notifierFor('printf %s "$1" > $DIR/argument; echo $# > $DIR/count; cat > $DIR/stdin; env > $DIR/env');
  const notification = aNotification();
  await notify(notification);
  delete process.env['JANUS_SECRET'];
  expect(failures).toEqual([]);
  expect(JSON.parse(read('argument'))).toEqual(notification);
  expect(read('stdin')).toBe(read('argument'));
  expect(read('count')).toBe('1\n');
  const names = read('env')
    .trim()
    .split('\n')
    .map((line) => line.split('=')[0]);
  const own = new Set(['PWD', 'SHLVL', '_', 'OLDPWD']);
  expect(new Set(names.filter((name) => !own.has(name!)))).toEqual(new Set(['JANUS_EVENT', 'LANG', 'PATH']));
});

it('says commands as they can be called here, and nothing else otherwise than it was (spec A6, U3)', async () => {
  const { notify, read } = notifierFor('printf %s "$1" > $DIR/argument', { called: "JANUS_HOME='/a b' /clone/$&/ubos" });
  const { review_command: review, approve_command: approve, ...rest } = aNotification({ summary: 'ubos approve it' });
  await notify({ ...rest, review_command: review, approve_command: '' });
  expect(approve).toMatch(/^ubos approve /);
  expect(JSON.parse(read('argument'))).toEqual({
    ...rest,
    review_command: `JANUS_HOME='/a b' /clone/$&/${review}`,
    approve_command: '',
    reject_command: `JANUS_HOME='/a b' /clone/$&/${rest.reject_command}`,
  });
});

it.each([
  ['fails', 'exit 3', 'exit code 3'],
  ['does not read its stdin', 'exec <&-; exit 0', undefined],
  ['floods its outputs', 'head -c 50000000 /dev/zero; head -c 50000000 /dev/zero >&2', undefined],
  ['is killed', 'kill -9 $$', 'SIGKILL'],
  ['fails and says why', `printf '\\n\\033[2JNTFY_URL is missing\\nmore\\n' >&2; exit 2`, 'exit code 2: ⟦U+001B⟧[2JNTFY_URL is missing'],
  ['fails and leaves something behind that holds its stderr', 'sleep 60 & echo $! > $DIR/left; echo gone >&2; exit 1', 'exit code 1: gone'],
])('a script that %s is reported at most, never thrown (spec A6)', async (_, script, failure) => {
  const { notify, failures, here, read } = notifierFor(script);
  await notify(aNotification({ summary: 'x'.repeat(60_000) }));
  if (existsSync(join(here, 'left'))) process.kill(Number(read('left')));
  expect(failures).toEqual(failure === undefined ? [] : [expect.stringContaining(failure)]);
});

it('a script that is not there, is no program, or a JSON that is too long for an argument is reported', async () => {
  const failures: string[] = [];
  const { here, ...other } = notifierFor('exit 0');
  for (const script of [join(here, 'missing'), here]) {
    await createScriptNotifier({ script, onEnd: (why) => why !== undefined && failures.push(why) })(aNotification());
  }
  expect(failures).toHaveLength(2);
  await other.notify(aNotification({ summary: 'x'.repeat(200_000) }));
  expect(other.failures).toEqual([expect.stringContaining('E2BIG')]);
});

it('a script that hangs is ended at the limit, with its children (spec A6, Q4i)', async () => {
  const { notify, failures, read, here } = notifierFor('trap "" TERM; sleep 60 & echo $! $$ > $DIR/tmp; mv $DIR/tmp $DIR/pids; wait', {
    timeoutMilliseconds: 500,
  });
  const told = notify(aNotification());
  await soon(() => existsSync(join(here, 'pids')));
  await told;
  expect(failures).toEqual(['no end after 500 ms']);
  const pids = read('pids').trim().split(' ');
  expect(pids).toHaveLength(2);
  await soon(() => pids.every((pid) => !isRunning(pid)));
});

it('says of a script with the line ends of Windows what is wrong, not that a file is missing (spec A6)', async () => {
  const script = join(folder(), 'notify');
  writeFileSync(script, '#!/bin/bash\r\nexit 0\r\n', { mode: 0o755 });
  const ends: (string | undefined)[] = [];
  await createScriptNotifier({ script, onEnd: (why) => ends.push(why) })(aNotification());
  expect(ends).toEqual([expect.stringMatching(/CRLF.*: sed -i/)]);
});

it('one that is installed later is called from then on, and one that is taken away has not failed', async () => {
  const script = join(folder(), 'notify');
  const ends: (string | undefined)[] = [];
  const notify = openScriptNotifier({ script, onEnd: (why) => ends.push(why) });
  await notify?.(aNotification());
  writeFileSync(script, '#!/bin/bash\nexit 4\n', { mode: 0o755 });
  await notify?.(aNotification());
  rmSync(script);
  await notify?.(aNotification());
  expect(ends).toEqual([undefined, 'exit code 4', undefined]);
});
