import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { JanusError } from '../../../domain/errors.js';
import { expectedPaths } from '../../../domain/action/expectation.js';
import type { CommandResult } from '../../../domain/action/result.js';
import type { Capture } from './capture.js';
import { openCaptures } from './capture.js';
import { withoutInherited } from './descriptors.js';
import { measureFiles } from './facts.js';
import { createNetworkObserver } from '../usage/network-attempts.js';
import type { NetworkObserver } from '../usage/network-attempts.js';
import type { ActionStreams } from './pipes.js';
import { drained, openStreams } from './pipes.js';
import { isRunning, parentOf } from '../usage/process-tree.js';
import { blockDescriptor, firstDataDescriptor, profileData, statusDescriptor } from '../profile/profile.js';
import type { Ending } from '../profile/quota.js';
import { endingOf, overLimit } from '../profile/quota.js';
import type { SandboxRequest } from '../contract/sandbox.js';
import type { Leaf } from '../tiers/tier.js';
import type { Usage } from '../contract/usage.js';
import type { Watch } from './watch.js';
import { measureBefore, watchAction } from './watch.js';
import type { FolderUsage } from '../usage/workspace-usage.js';

/** What cannot be killed for so long hangs in the kernel; it can do nothing any more. */
const goneMilliseconds = 10_000;

function feed(child: ChildProcess): void {
  const ignore = () => undefined;
  for (const [index, content] of profileData().entries()) {
    (child.stdio[firstDataDescriptor + index] as Writable | undefined)?.on('error', ignore).end(content);
  }
}

/** bwrap's own report; an `exit-code` is in it only when the command really ran. `begun` is told the first process once. */
function readReport(
  child: ChildProcess,
  begun: (initPid: number) => void,
): () => { readonly initPid: number | undefined; readonly exitCode: number | undefined } {
  let text = '';
  (child.stdio[statusDescriptor] as Readable | undefined)?.on('data', (chunk: Buffer) => {
    const known = number('child-pid');
    text = (text + chunk.toString('utf8')).slice(0, 4_096);
    const initPid = number('child-pid');
    if (known === undefined && initPid !== undefined) begun(initPid);
  });
  const number = (name: string) => {
    const digits = new RegExp(`"${name}":\\s*(\\d+)`).exec(text)?.[1];
    return digits === undefined ? undefined : Number(digits);
  };
  return () => {
    return { initPid: number('child-pid'), exitCode: number('exit-code') };
  };
}

/**
 * bwrap itself ends as soon as it knows the exit code, or is killed; what the command left behind may live on for a moment. The first process
 * of a pid namespace ends last: the kernel lets it go when it has killed and reaped all others.
 */
async function untilNothingIsLeft(initPid: number | undefined): Promise<void> {
  if (initPid === undefined) return;
  for (const end = Date.now() + goneMilliseconds; isRunning(initPid) && Date.now() < end;) await pause(2);
}

interface Outcome {
  readonly usage: Usage;
  readonly ending: Ending | undefined;
  readonly exitCode: number | undefined;
  readonly signal: NodeJS.Signals | null;
}

function unavailable(words: string): JanusError {
  const text = words.trim().slice(0, 500) || 'it gave no reason';
  return new JanusError('SANDBOX_UNAVAILABLE', `bubblewrap could not set up the sandbox: ${text}`, { next: 'ubos doctor' });
}

/** SIGKILL for all of it at once: the leaf where there is one, the first process inside, whose end is the end of its namespace, and bwrap. */
function kill(child: ChildProcess, leaf: Leaf, initPid: number | undefined): void {
  leaf.kill();
  // Its number is its own while bwrap has not waited for it.
  if (initPid !== undefined && parentOf(initPid) === child.pid) process.kill(initPid, 'SIGKILL');
  child.kill('SIGKILL');
}

interface Run {
  readonly child: ChildProcess;
  readonly bwrap: string;
  readonly leaf: Leaf;
  readonly request: SandboxRequest;
  readonly captures: { readonly stdout: Capture; readonly stderr: Capture };
  readonly before: FolderUsage;
  readonly observer: NetworkObserver | undefined;
}

/** Holds the counters of the sandbox's network, then lets bwrap go on: it waits for this byte where it has an observer. */
function observe({ child, observer }: Run): (initPid: number) => void {
  const gate = child.stdio[blockDescriptor] as Writable | undefined;
  return (initPid) => {
    if (observer === undefined) return;
    observer.begin(initPid);
    gate?.on('error', () => undefined).end('x');
  };
}

function captureOutputs({ child, request, captures }: Run, end: (ending: Ending) => void): void {
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.on('data', (chunk: Buffer) => {
      const room = request.limits.outputBytes - captures.stdout.bytes - captures.stderr.bytes;
      if (room > 0) captures[name].take(chunk.subarray(0, room));
      if (chunk.length > room) {
        end({ reason: 'output', note: `more than ${request.limits.outputBytes} bytes of output` });
        child[name]?.destroy();
      }
    });
  }
}

/** Waits until the last process is gone; kills when something runs over. */
function supervise(run: Run, signal: AbortSignal): Promise<Outcome> {
  const { child, leaf, request } = run;
  const { limits } = request;
  const report = readReport(child, observe(run));
  const allRead = drained(child);
  let ending: Ending | undefined;
  const end = (why: Ending) => {
    ending ??= why;
    kill(child, leaf, report().initPid);
  };
  const abort = () => end({ reason: 'cancelled', note: signal.reason instanceof Error ? signal.reason.message : 'cancelled' });
  const wall = setTimeout(() => end({ reason: 'wall', note: `${limits.wallSeconds} s are allowed` }), limits.wallSeconds * 1_000);
  const watch: Watch | undefined = child.pid === undefined ? undefined : watchAction({ ...run, pid: child.pid }, end);
  captureOutputs(run, end);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  const tidy = () => {
    watch?.stop();
    clearTimeout(wall);
    signal.removeEventListener('abort', abort);
  };
  return new Promise((resolve, reject) => {
    child.once('error', (error) => {
      tidy();
      reject(unavailable(String(error)));
    });
    child.once('close', (_code, killedBy) => {
      tidy();
      const { exitCode, initPid } = report();
      const finish = async (): Promise<Outcome> => {
        await allRead;
        await untilNothingIsLeft(initPid);
        if (watch === undefined) throw unavailable('it has no process');
        if (ending !== undefined) return { usage: watch.usage(), ending, exitCode, signal: killedBy };
        const { usage, ending: unmeasured } = await watch.last();
        // What never ran has left nothing that could be too large.
        const hasRun = exitCode !== undefined || killedBy !== null;
        const outside = `the sandbox was ended from outside by ${killedBy}`;
        ending =
          overLimit(usage, limits) ??
          (hasRun ? unmeasured : undefined) ??
          (exitCode === undefined && killedBy !== null ? { reason: 'signal', note: outside } : undefined);
        return { usage, ending: ending ?? endingOf(exitCode ?? 0, usage, limits), exitCode, signal: killedBy };
      };
      finish().then(resolve, reject);
    });
  });
}

async function start(
  bwrap: string,
  argv: readonly string[],
  leaf: Leaf,
  streams: ActionStreams,
  isBlocked: boolean,
): Promise<ChildProcess> {
  const extra = Array.from({ length: firstDataDescriptor + profileData().length - 3 + (isBlocked ? 1 : 0) }, () => 'pipe' as const);
  const descriptors = withoutInherited([...streams.stdio, ...extra]);
  const [program = bwrap, ...args] = [...leaf.prefix, bwrap, ...argv];
  const { uid, gid } = leaf.startAs ?? {};
  const child = spawn(program, args, {
    cwd: '/',
    env: {},
    stdio: descriptors.stdio,
    ...(uid !== undefined && gid !== undefined && { uid, gid }),
  });
  descriptors.close();
  // Without descriptors to spare it does not even have streams (EMFILE).
  if (child.pid === undefined) throw unavailable(String((await once(child, 'error'))[0]));
  streams.attach(child);
  return child;
}

const rounded = (value: number) => Math.round(value * 1_000) / 1_000;

/** Starts one command in its sandbox and comes back when nothing of it is left. The argv was built by the profile. */
export async function runSandboxed(
  bwrap: string,
  argv: readonly string[],
  leaf: Leaf,
  request: SandboxRequest,
  signal: AbortSignal,
): Promise<CommandResult> {
  const before = await measureBefore(request.workspace, bwrap);
  const captures = openCaptures(request.outputPrefix);
  const observer = request.observesNetwork === true ? createNetworkObserver() : undefined;
  const giveUp = (error: unknown) => {
    captures.stdout.finish();
    captures.stderr.finish();
    observer?.finish();
    throw error;
  };
  const streams = await openStreams(`${request.outputPrefix}.stdin`, request.command.stdin).catch(giveUp);
  const startedAt = new Date();
  const clock = process.hrtime.bigint();
  const child = await start(bwrap, argv, leaf, streams, observer !== undefined).catch((error: unknown) => {
    streams.close();
    return giveUp(error);
  });
  const outcome = supervise({ child, bwrap, leaf, request, captures, before, observer }, signal);
  feed(child);
  const { usage, ending, exitCode, signal: killedBy } = await outcome.catch(giveUp);
  const attemptedConnections = observer?.finish();
  const [stdout, stderr] = [captures.stdout.finish(), captures.stderr.finish()];
  if (ending === undefined && exitCode === undefined) throw unavailable(stderr.text);
  return {
    reason: ending?.reason ?? 'exit',
    // Where the command ended itself by a signal its exit code says the same, as in a shell.
    exitCode: ending === undefined || ending.signal !== undefined ? (exitCode ?? null) : null,
    signal: ending?.signal ?? killedBy,
    stdout,
    stderr,
    startedAt: startedAt.toISOString(),
    endedAt: new Date().toISOString(),
    wallSeconds: rounded(Number(process.hrtime.bigint() - clock) / 1e9),
    cpuSeconds: rounded(usage.cpuSeconds),
    peakMemoryMb: rounded(usage.memoryMb),
    bytesWritten: usage.bytesWritten,
    peakProcesses: usage.processes,
    inodes: usage.inodes,
    connections: 0,
    ...(attemptedConnections && { attemptedConnections }),
    files: await measureFiles(request.workspace, expectedPaths(request.command.expect)),
    ...(ending !== undefined && { note: ending.note }),
  };
}
