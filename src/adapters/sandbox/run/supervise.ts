import type { ChildProcess } from 'node:child_process';
import type { Writable } from 'node:stream';
import type { SandboxRequest } from '../contract/sandbox.js';
import { setUpFailed } from '../contract/unavailable.js';
import type { Usage } from '../contract/usage.js';
import { blockDescriptor } from '../profile/profile.js';
import type { Ending } from '../profile/quota.js';
import { endingOf, overLimit } from '../profile/quota.js';
import type { Leaf } from '../tiers/tier.js';
import { killGroup } from '../usage/kill-group.js';
import type { NetworkObserver } from '../usage/network-attempts.js';
import type { FolderUsage } from '../usage/workspace-usage.js';
import type { BwrapReport } from './bwrap-report.js';
import { followReport } from './bwrap-report.js';
import type { Captures } from './capture.js';
import { failedIo } from './capture.js';
import type { ProfileData } from './feed.js';
import { feedFirst, feedOthers } from './feed.js';
import type { FirstProcess } from './first-process.js';
import { killFirstProcess, noteFirstProcess, untilFirstProcessIsGone } from './first-process.js';
import { drained } from './pipes.js';
import type { Watch } from './watch.js';
import { watchAction } from './watch.js';

/** One started bwrap, and what is held for it. */
export interface Run {
  readonly child: ChildProcess & { readonly pid: number };
  readonly bwrap: string;
  readonly leaf: Leaf;
  readonly request: SandboxRequest;
  readonly data: ProfileData;
  readonly captures: Captures;
  readonly before: FolderUsage;
  readonly observer: NetworkObserver | undefined;
}

export interface Outcome {
  readonly usage: Usage;
  readonly ending: Ending | undefined;
  readonly exitCode: number | undefined;
  readonly signal: NodeJS.Signals | null;
}

const ignore = () => undefined;
const tampered: Ending = {
  reason: 'tampered',
  note: 'the first process of its sandbox had been taken over, and lived on when the command had ended, until it was killed',
};

/** SIGKILL for all of it at once: the leaf where there is one, the first process inside, whose end is the end of its namespace, and bwrap. */
function kill({ child, leaf }: Run, first: FirstProcess | undefined): void {
  leaf.kill();
  if (first !== undefined) killFirstProcess(first);
  killGroup(child);
}

/**
 * What happens between bwrap's report and the command: the leaf sees the namespaces, the observer holds its counters. bwrap waits for the first of
 * its files where the leaf wants to, and for a byte where it has an observer.
 */
function begin({ child, leaf, data, observer }: Run, initPid: number): void {
  leaf.begin?.(initPid);
  if (leaf.begin !== undefined) feedFirst(child, data);
  observer?.begin(initPid);
  if (observer !== undefined) (child.stdio[blockDescriptor] as Writable | undefined)?.on('error', ignore).end('x');
}

function captureOutputs({ child, request, captures }: Run, end: (ending: Ending) => void): void {
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.on('error', (error) => end(failedIo('its output cannot be read', error)));
    child[name]?.on('data', (chunk: Buffer) => {
      const room = request.limits.outputBytes - captures.stdout.bytes - captures.stderr.bytes;
      if (room > 0) {
        captures[name].take(chunk.subarray(0, room));
        request.onOutput?.(name, chunk.subarray(0, room));
      }
      if (captures[name].problem !== undefined) end(captures[name].problem);
      if (chunk.length <= room) return;
      end({ reason: 'output', note: `more than ${request.limits.outputBytes} bytes of output` });
      child[name]?.destroy();
    });
  }
}

interface Ended extends BwrapReport {
  readonly killedBy: NodeJS.Signals | null;
  readonly first: FirstProcess | undefined;
}

/** What bwrap's end means, once nothing of the sandbox is left. `ending` says what the worker itself has ended it for. */
async function conclude(run: Run, watch: Watch, { exitCode, killedBy, first }: Ended, ending: () => Ending | undefined): Promise<Outcome> {
  const { limits, graceMilliseconds } = run.request;
  // What was taken over may hold the other end of its output.
  const wasTakenOver = first !== undefined && (await untilFirstProcessIsGone(first, graceMilliseconds));
  await drained(run.child);
  const facts = { exitCode, signal: killedBy };
  const early = wasTakenOver ? tampered : ending();
  if (early !== undefined) return { usage: watch.usage(), ending: early, ...facts };
  const { usage, ending: unmeasured } = await watch.last();
  // What never ran has left nothing that could be too large.
  const hasRun = exitCode !== undefined || killedBy !== null;
  const fromOutside = exitCode === undefined && killedBy !== null;
  const late =
    overLimit(usage, limits) ??
    (hasRun ? unmeasured : undefined) ??
    (fromOutside ? ({ reason: 'signal', note: `the sandbox was ended from outside by ${killedBy}` } as const) : undefined);
  return { usage, ending: late ?? endingOf(exitCode ?? 0, usage, limits), ...facts };
}

/** Waits until the last process is gone; kills when something runs over. Whatever fails here is the end of this action, and of nothing else. */
export function supervise(run: Run, signal: AbortSignal): Promise<Outcome> {
  const { child, request, data } = run;
  const { wallSeconds } = request.limits;
  let first: FirstProcess | undefined;
  let ending: Ending | undefined;
  const end = (why: Ending) => {
    ending ??= why;
    kill(run, first);
  };
  const report = followReport(child, {
    begun: (initPid) => {
      first = noteFirstProcess(initPid);
      begin(run, initPid);
    },
    failed: (error) => end({ reason: 'signal', note: `bubblewrap's report cannot be read: ${error.message}` }),
  });
  const abort = () => end({ reason: 'cancelled', note: signal.reason instanceof Error ? signal.reason.message : 'cancelled' });
  const wall = setTimeout(() => end({ reason: 'wall', note: `${wallSeconds} s are allowed` }), wallSeconds * 1_000);
  const watch = watchAction({ ...run, pid: child.pid }, end);
  captureOutputs(run, end);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  // It has started, so what comes is about a signal that could not be sent: the first process is killed by its number.
  child.on('error', ignore);
  feedOthers(child, data);
  if (run.leaf.begin === undefined) feedFirst(child, data);
  return new Promise((resolve, reject) => {
    child.once('close', (_code, killedBy) => {
      watch.stop();
      clearTimeout(wall);
      signal.removeEventListener('abort', abort);
      conclude(run, watch, { ...report(), killedBy, first }, () => ending).then(resolve, reject);
    });
  });
}

/** Throws where nothing of it says that the command ran. */
export function assertRan({ ending, exitCode }: Outcome, words: string): void {
  if (ending === undefined && exitCode === undefined) throw setUpFailed(words);
}
