import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expectedPaths, expectedTexts } from '../../../domain/action/expectation.js';
import type { CommandResult, FileFact, FoundText } from '../../../domain/action/result.js';
import type { SandboxRequest } from '../contract/sandbox.js';
import { refusedFile, setUpFailed } from '../contract/unavailable.js';
import type { Account } from '../profile/account.js';
import { firstDataDescriptor, profileData } from '../profile/profile.js';
import type { Ending } from '../profile/quota.js';
import { guessOf } from '../profile/quota.js';
import type { Leaf } from '../tiers/tier.js';
import { createNetworkObserver } from '../usage/network-attempts.js';
import { failedIo, openCaptures } from './capture.js';
import { withoutInherited } from './descriptors.js';
import { measureFiles } from './facts.js';
import type { ActionStreams } from './pipes.js';
import { openStreams } from './pipes.js';
import { searchOutput } from './search-output.js';
import { assertRan, supervise } from './supervise.js';
import { measureBefore } from './watch.js';

/** What is to be started, built by the profile, and the leaf that holds it. */
interface Start {
  readonly bwrap: string;
  readonly argv: readonly string[];
  readonly leaf: Leaf;
  /** Whom it runs as. */
  readonly account: Account;
  /** Once nothing of it is left: what it leaves must be no danger to others. Rejects where that cannot be had. */
  readonly makeSafe: () => Promise<void>;
}

async function start(
  { bwrap, argv, leaf }: Start,
  streams: ActionStreams,
  dataCount: number,
): Promise<ChildProcess & { readonly pid: number }> {
  const extra = Array.from({ length: firstDataDescriptor - 3 + dataCount }, () => 'pipe' as const);
  const descriptors = withoutInherited([...streams.stdio, ...extra]);
  const [program = bwrap, ...args] = [...leaf.prefix, bwrap, ...argv];
  const { uid, gid } = leaf.startAs ?? {};
  let child: ChildProcess;
  try {
    child = spawn(program, args, {
      cwd: '/',
      env: {},
      stdio: descriptors.stdio,
      // A group of its own: it can be ended whole at any moment, and Ctrl-C at a terminal is for us.
      detached: true,
      ...(uid !== undefined && gid !== undefined && { uid, gid }),
    });
  } finally {
    descriptors.close();
  }
  // Without descriptors to spare it does not even have streams (EMFILE).
  if (child.pid === undefined) throw setUpFailed(String((await once(child, 'error'))[0]));
  streams.attach(child);
  return Object.assign(child, { pid: child.pid });
}

const rounded = (value: number) => Math.round(value * 1_000) / 1_000;

interface Facts {
  readonly files: readonly FileFact[];
  readonly stdout: { readonly found?: readonly FoundText[] };
  readonly stderr: { readonly found?: readonly FoundText[] };
  readonly problem?: Ending;
}

async function foundIn({ outputPrefix, command }: SandboxRequest, stream: 'stdout' | 'stderr'): Promise<Facts['stdout']> {
  const texts = expectedTexts(command.expect, stream);
  return texts.length === 0 ? {} : { found: await searchOutput(`${outputPrefix}.${stream}`, texts) };
}

/** The facts that `expect` names; where the disk does not give them the command has not shown what it should. */
async function factsOf(request: SandboxRequest): Promise<Facts> {
  const { workspace, command } = request;
  try {
    return {
      files: await measureFiles(workspace, expectedPaths(command.expect)),
      stdout: await foundIn(request, 'stdout'),
      stderr: await foundIn(request, 'stderr'),
    };
  } catch (error) {
    return { files: [], stdout: {}, stderr: {}, problem: failedIo('what it should have made cannot be read', error) };
  }
}

/** What is opened before there is a process; nothing of it stays open where the rest cannot be had. */
async function prepare({ workspace, outputPrefix, command, input, observesNetwork }: SandboxRequest, bwrap: string) {
  const before = await measureBefore(workspace, bwrap);
  const captures = openCaptures(outputPrefix);
  const observer = observesNetwork === true ? createNetworkObserver() : undefined;
  const close = () => {
    observer?.finish();
    return { stdout: captures.stdout.finish(), stderr: captures.stderr.finish() };
  };
  try {
    return { before, captures, observer, close, streams: await openStreams(`${outputPrefix}.stdin`, input ?? command.stdin) };
  } catch (error) {
    close();
    throw error;
  }
}

/** Starts one command in its sandbox and comes back when nothing of it is left. */
export async function runSandboxed(what: Start, request: SandboxRequest, signal: AbortSignal): Promise<CommandResult> {
  const { bwrap, leaf, account } = what;
  // First of all: it takes its time where much was granted, and nothing is open yet that could be left open.
  const data = await profileData(request.grants, account);
  const { before, captures, observer, close, streams } = await prepare(request, bwrap).catch((error: unknown) => {
    throw refusedFile(request.outputPrefix, error);
  });
  const startedAt = new Date();
  const clock = process.hrtime.bigint();
  const child = await start(what, streams, data.length + (observer === undefined ? 0 : 1)).catch((error: unknown) => {
    streams.close();
    close();
    throw refusedFile(request.outputPrefix, error);
  });
  const run = { child, bwrap, leaf, request, data, captures, before, observer };
  const outcome = await supervise(run, signal)
    .finally(() => streams.stopFeeding())
    .catch(async (error: unknown) => {
      close();
      await what.makeSafe().catch(() => undefined);
      throw error;
    });
  const unsafe = await what.makeSafe().then(
    () => undefined,
    (error: unknown) => failedIo('the set-id bits that it left cannot be taken off', error),
  );
  const attemptedConnections = observer?.finish();
  const { stdout, stderr } = close();
  assertRan(outcome, stderr.text);
  const { usage, exitCode, signal: killedBy } = outcome;
  const { files, problem, ...searched } = await factsOf(request);
  const ending = unsafe ?? outcome.ending ?? captures.stdout.problem ?? captures.stderr.problem ?? problem;
  const note = ending === undefined ? guessOf(exitCode ?? 0, stderr.text) : ending.note;
  return {
    reason: ending?.reason ?? 'exit',
    // Where the command ended itself by a signal its exit code says the same, as in a shell.
    exitCode: ending === undefined || ending.signal !== undefined ? (exitCode ?? null) : null,
    signal: ending?.signal ?? killedBy,
    stdout: { ...stdout, ...searched.stdout },
    stderr: { ...stderr, ...searched.stderr },
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
    files,
    ...(note !== undefined && { note }),
  };
}
