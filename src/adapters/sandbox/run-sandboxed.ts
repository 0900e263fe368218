import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { JanusError } from '../../domain/errors.js';
import { expectedPaths } from '../../domain/judge.js';
import type { CommandResult, TerminationReason } from '../../domain/result.js';
import type { Account } from './account.js';
import type { Capture } from './capture.js';
import { captureTo } from './capture.js';
import { withoutInherited } from './descriptors.js';
import { measureFiles } from './facts.js';
import type { TreeUsage } from './process-tree.js';
import { isRunning, largest, noUsage, treeUsage } from './process-tree.js';
import { drained, openStreams } from './pipes.js';
import { firstDataDescriptor, profileData, statusDescriptor } from './profile.js';
import type { SandboxRequest } from './sandbox.js';

const sampleMilliseconds = 100;
/** What cannot be killed for so long hangs in the kernel; it can do nothing any more. */
const goneMilliseconds = 10_000;

/** Why the worker ended an action, and what people should read about it. */
interface Ending {
  readonly reason: TerminationReason;
  readonly note: string;
}

function feed(child: ChildProcess): void {
  const ignore = () => undefined;
  for (const [index, content] of profileData().entries()) {
    (child.stdio[firstDataDescriptor + index] as Writable | undefined)?.on('error', ignore).end(content);
  }
}

/** bwrap's own report; an `exit-code` is in it only when the command really ran. */
function readReport(child: ChildProcess): () => { readonly initPid: number | undefined; readonly exitCode: number | undefined } {
  let text = '';
  (child.stdio[statusDescriptor] as Readable | undefined)?.on('data', (chunk: Buffer) => {
    text = (text + chunk.toString('utf8')).slice(0, 4_096);
  });
  return () => {
    const number = (name: string) => {
      const digits = new RegExp(`"${name}":\\s*(\\d+)`).exec(text)?.[1];
      return digits === undefined ? undefined : Number(digits);
    };
    return { initPid: number('child-pid'), exitCode: number('exit-code') };
  };
}

/** What the worker watches because bwrap limits nothing: totals over the tree. An overshoot of one sampling interval is to be expected. */
function overLimit({ cpuSeconds, residentMb, bytesWritten }: TreeUsage, { limits }: SandboxRequest): Ending | undefined {
  if (cpuSeconds > limits.cpuSeconds)
    return { reason: 'cpu', note: `used ${cpuSeconds.toFixed(1)} s of CPU, ${String(limits.cpuSeconds)} s are allowed` };
  if (residentMb > limits.memoryMb)
    return { reason: 'memory', note: `used ${residentMb.toFixed(0)} MB, ${String(limits.memoryMb)} MB are allowed` };
  const writtenMb = bytesWritten / 1_048_576;
  return writtenMb > limits.diskWriteMb
    ? { reason: 'disk', note: `wrote ${writtenMb.toFixed(0)} MB, ${String(limits.diskWriteMb)} MB are allowed` }
    : undefined;
}

/** The kernel's own limits end a process by a signal that names them; bwrap reports it as 128 + n. */
function endingOf(exitCode: number, usage: TreeUsage, { limits }: SandboxRequest): Ending | undefined {
  if (exitCode === 152 && usage.cpuSeconds >= limits.cpuSeconds - 1)
    return { reason: 'cpu', note: `${String(limits.cpuSeconds)} s of CPU are allowed` };
  return exitCode === 153 ? { reason: 'disk', note: `a file grew beyond ${String(limits.diskWriteMb)} MB` } : undefined;
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
  readonly usage: TreeUsage;
  readonly ending: Ending | undefined;
  readonly exitCode: number | undefined;
  readonly signal: NodeJS.Signals | null;
}

function unavailable(words: string): JanusError {
  const text = words.trim().slice(0, 500) || 'it gave no reason';
  return new JanusError('SANDBOX_UNAVAILABLE', `bubblewrap could not set up the sandbox: ${text}`, { next: 'ubos doctor' });
}

/** Waits until the last process is gone; kills when something runs over. */
function supervise(
  child: ChildProcess,
  request: SandboxRequest,
  captures: { stdout: Capture; stderr: Capture },
  signal: AbortSignal,
): Promise<Outcome> {
  const report = readReport(child);
  const allRead = drained(child);
  let usage = noUsage;
  let ending: Ending | undefined;
  // SIGKILL of the outer bwrap takes its pid namespace with it.
  const end = (why: Ending) => {
    ending ??= why;
    child.kill('SIGKILL');
  };
  const abort = () => end({ reason: 'cancelled', note: signal.reason instanceof Error ? signal.reason.message : 'cancelled' });
  const wall = setTimeout(
    () => end({ reason: 'wall', note: `${String(request.limits.wallSeconds)} s are allowed` }),
    request.limits.wallSeconds * 1_000,
  );
  const sample = () => {
    if (child.pid !== undefined) usage = largest(usage, treeUsage(child.pid));
    const over = overLimit(usage, request);
    if (over !== undefined) end(over);
  };
  const sampling = setInterval(sample, sampleMilliseconds);
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.on('data', (chunk: Buffer) => {
      const room = request.limits.outputBytes - captures.stdout.bytes - captures.stderr.bytes;
      if (room > 0) captures[name].take(chunk.subarray(0, room));
      if (chunk.length > room) {
        end({ reason: 'output', note: `more than ${String(request.limits.outputBytes)} bytes of output` });
        child[name]?.destroy();
      }
    });
  }
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  const tidy = () => {
    clearTimeout(wall);
    clearInterval(sampling);
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
      const natural = ending === undefined && exitCode === undefined && killedBy !== null;
      const outside = `the sandbox was ended from outside by ${String(killedBy)}`;
      const outcome = { usage, ending: natural ? { reason: 'signal' as const, note: outside } : ending, exitCode, signal: killedBy };
      void allRead.then(() => untilNothingIsLeft(initPid)).then(() => resolve(outcome));
    });
  });
}

/** Starts one command in its sandbox and comes back when nothing of it is left. The argv was built by the profile. */
export async function runSandboxed(
  bwrap: string,
  argv: readonly string[],
  account: Account,
  request: SandboxRequest,
  signal: AbortSignal,
): Promise<CommandResult> {
  const captures = { stdout: captureTo(`${request.outputPrefix}.stdout`), stderr: captureTo(`${request.outputPrefix}.stderr`) };
  const giveUp = (error: unknown) => {
    captures.stdout.finish();
    captures.stderr.finish();
    throw error;
  };
  const streams = await openStreams(`${request.outputPrefix}.stdin`, request.command.stdin).catch(giveUp);
  const startedAt = new Date();
  const clock = process.hrtime.bigint();
  const extra = Array.from({ length: firstDataDescriptor + profileData().length - 3 }, () => 'pipe' as const);
  const descriptors = withoutInherited([...streams.stdio, ...extra]);
  const child = spawn(bwrap, argv, {
    cwd: '/',
    env: {},
    stdio: descriptors.stdio,
    ...(account.switches && { uid: account.uid, gid: account.gid }),
  });
  descriptors.close();
  streams.attach(child);
  const outcome = supervise(child, request, captures, signal);
  feed(child);
  let { usage, ending, exitCode, signal: killedBy } = await outcome.catch(giveUp);
  const [stdout, stderr] = [captures.stdout.finish(), captures.stderr.finish()];
  if (ending === undefined && exitCode === undefined) throw unavailable(stderr.text);
  ending ??= endingOf(exitCode ?? 0, usage, request);
  const round = (value: number) => Math.round(value * 1_000) / 1_000;
  return {
    reason: ending?.reason ?? 'exit',
    exitCode: ending === undefined ? (exitCode ?? null) : null,
    signal: killedBy,
    stdout,
    stderr,
    startedAt: startedAt.toISOString(),
    endedAt: new Date().toISOString(),
    wallSeconds: round(Number(process.hrtime.bigint() - clock) / 1e9),
    cpuSeconds: round(usage.cpuSeconds),
    peakMemoryMb: round(usage.residentMb),
    bytesWritten: usage.bytesWritten,
    connections: 0,
    files: await measureFiles(request.workspace, expectedPaths(request.command.expect)),
    ...(ending !== undefined && { note: ending.note }),
  };
}
