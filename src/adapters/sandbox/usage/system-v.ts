import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { hostSharedMb } from './shared-memory.js';

const mebibyte = 1_048_576;
const files = ['shm', 'msg', 'sem'].map((name) => `/proc/sysvipc/${name}`);
/** What the kernel needs for a message besides its bytes, for a semaphore, and for a queue or a set: about so much (ipc/msg.c, ipc/sem.c). */
const [messageBytes, semaphoreBytes, objectBytes] = [64, 64, 256];

/** A look costs a process: so often at most, and sooner where the shared memory of the host grows. */
const [lookMilliseconds, soonMilliseconds] = [1_000, 200];
/** Growth of the host's shared memory that no known object explains, in MiB. */
const unexplainedMb = 16;
const limitMilliseconds = 10_000;

/** MiB in listings of /proc/sysvipc (sysvipc(7)): resident and swapped segments, messages in queues, sets of semaphores. */
export function systemVMb(listing: string): number {
  let bytes = 0;
  let columns: readonly string[] = [];
  for (const line of listing.split('\n')) {
    const words = line.trim().split(/\s+/);
    if (words[0] === 'key') columns = words;
    else if (words.length === columns.length) {
      const number = (name: string) => Number(words[columns.indexOf(name)] ?? 0) || 0;
      const kernel = columns.includes('shmid') ? 0 : objectBytes;
      bytes +=
        number('rss') + number('swap') + number('cbytes') + number('qnum') * messageBytes + number('nsems') * semaphoreBytes + kernel;
    }
  }
  return bytes / mebibyte;
}

/**
 * Lists what is in a namespace that is held by descriptors. Its owner is the user namespace that bwrap made it in, and who made that one, as the
 * worker's account did, may enter both; root enters without. A process of the host does so, and nothing else of the sandbox.
 */
function listIn({ user, ipc }: { readonly user: number; readonly ipc: number }): Promise<string> {
  const enter = process.getuid?.() === 0 ? [] : ['--user=/proc/self/fd/3', '--preserve-credentials'];
  const child = spawn('/usr/bin/nsenter', [...enter, '--ipc=/proc/self/fd/4', '--', '/usr/bin/cat', ...files], {
    cwd: '/',
    env: {},
    stdio: ['ignore', 'pipe', 'pipe', user, ipc],
    timeout: limitMilliseconds,
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    const ended = new Promise<number | null>((done) => child.once('close', done));
    const [out, err] = [child.stdio[1], child.stdio[2]];
    if (out === null || err === null) return;
    Promise.all([text(out), text(err), ended])
      .then(([listing, words, code]) =>
        code === 0 ? resolve(listing) : reject(new Error(words.trim().slice(0, 300) || `nsenter ended with ${code}`)),
      )
      .catch(reject);
  });
}

/** Memory of System V objects in one sandbox: it belongs to no process, and stays when all of them have ended, for as long as it is held. */
export interface SystemVMeter {
  /** Takes hold of the namespace; `initPid` has to be in the user namespace that bwrap began with. Never throws. */
  begin(initPid: number): void;
  /** MiB at the last look. */
  readonly mb: number;
  /** Looks again where it is time to; `explainedMb` of shared memory are known otherwise. */
  glance(explainedMb: number): void;
  /** Looks now. Throws where it cannot be seen. */
  look(): Promise<number>;
  close(): Promise<void>;
}

export function createSystemVMeter(): SystemVMeter {
  const sharedBefore = hostSharedMb();
  let held: { readonly user: number; readonly ipc: number } | undefined;
  let problem: unknown = new Error('its namespaces were never seen');
  let looking: Promise<number> | undefined;
  let [mb, lastLook] = [0, performance.now()];
  const look = async () => {
    if (held === undefined) throw problem;
    mb = systemVMb(await listIn(held));
    return mb;
  };
  /** One look at a time. */
  const lookOnce = () =>
    (looking ??= look().finally(() => {
      looking = undefined;
      lastLook = performance.now();
    }));
  return {
    begin(initPid) {
      try {
        const user = openSync(`/proc/${initPid}/ns/user`, 'r');
        try {
          held = { user, ipc: openSync(`/proc/${initPid}/ns/ipc`, 'r') };
        } catch (error) {
          closeSync(user);
          throw error;
        }
      } catch (error) {
        problem = error;
      }
    },
    get mb() {
      return mb;
    },
    glance(explainedMb) {
      if (looking !== undefined || held === undefined) return;
      const isSuspicious = hostSharedMb() - sharedBefore - Math.max(explainedMb, mb) > unexplainedMb;
      // What cannot be seen now is looked at again, and at the end.
      if (performance.now() - lastLook >= (isSuspicious ? soonMilliseconds : lookMilliseconds)) void lookOnce().catch(() => undefined);
    },
    async look() {
      await looking?.catch(() => undefined);
      return lookOnce();
    },
    async close() {
      await looking?.catch(() => undefined);
      if (held !== undefined) for (const descriptor of [held.user, held.ipc]) closeSync(descriptor);
      held = undefined;
    },
  };
}
