import type { ChildProcess } from 'node:child_process';
import { execFile } from 'node:child_process';
import { closeSync, constants, fchmodSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { promisify } from 'node:util';
import { JanusError } from '../../../domain/errors.js';

/** Both ends of one pipe; node marks them close-on-exec, so a child gets only what it is handed. */
interface Pipe {
  readonly readEnd: number;
  readonly writeEnd: number;
}

/** Made at once, because each batch costs the start of a program. */
const batch = 16;
const spare: Pipe[] = [];
let filling: Promise<void> | undefined;
const run = promisify(execFile);

type Open = (path: string, flags: number) => number;

/** Opens both ends without ever waiting: the one that may read and write keeps the others from it. */
function openBoth(path: string, open: Open): Pipe {
  const holder = open(path, constants.O_RDWR | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  let readEnd: number | undefined;
  try {
    readEnd = open(path, constants.O_RDONLY);
    return { readEnd, writeEnd: open(path, constants.O_WRONLY) };
  } catch (error) {
    if (readEnd !== undefined) closeSync(readEnd);
    throw error;
  } finally {
    closeSync(holder);
  }
}

/** All of them, or none: where the descriptors run out half-way, what was opened would be lost. */
export function openPipes(paths: readonly string[], open: Open = openSync): Pipe[] {
  const pipes: Pipe[] = [];
  try {
    for (const path of paths) pipes.push(openBoth(path, open));
    return pipes;
  } catch (error) {
    for (const { readEnd, writeEnd } of pipes) for (const end of [readEnd, writeEnd]) closeSync(end);
    throw error;
  }
}

/** The names are gone before anybody uses the pipes; they lay in a folder that only the worker can enter. */
async function fill(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'janus-pipes-'));
  try {
    const paths = Array.from({ length: batch }, (_, index) => join(folder, String(index)));
    await run('/usr/bin/mkfifo', ['-m', '600', ...paths], { env: {} });
    spare.push(...openPipes(paths));
  } catch (error) {
    throw new JanusError('SANDBOX_UNAVAILABLE', `no pipes for the output: ${String(error)}`, { cause: error, next: 'ubos doctor' });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** One batch at a time, whoever asks. */
function filled(): Promise<void> {
  filling ??= fill().finally(() => (filling = undefined));
  return filling;
}

/** As many as are asked for, or none. */
async function take(count: number): Promise<Pipe[]> {
  while (spare.length < count) await filled();
  const pipes = spare.splice(0, count);
  // The next action should not wait; if this fails, it will try and say so.
  if (spare.length < batch / 2) filled().catch(() => undefined);
  return pipes;
}

/**
 * Standard input as a file that has no name any more: `/dev/stdin` can be opened again, which waits forever on a named pipe whose writer is
 * done. Read-only for everybody; where actions run as the worker's own user they could make it larger, within their limits for writing.
 */
function openInput(path: string, text: string): number {
  rmSync(path, { force: true });
  const writing = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o400);
  try {
    const reading = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
    rmSync(path);
    fchmodSync(writing, 0o444);
    writeFileSync(writing, text);
    return reading;
  } finally {
    closeSync(writing);
  }
}

/** Passes on what is read as it comes, and the end of it; whoever does not read it any more has ended. */
function pump(source: NodeJS.ReadableStream, { writeEnd }: Pipe): Feeding {
  const target = new Socket({ fd: writeEnd, readable: false, writable: true }).on('error', () => source.unpipe(target));
  // What cannot be read, a folder say, is an empty input.
  const end = () => target.end();
  source.on('error', end).pipe(target);
  return {
    stop: () => {
      source.off('error', end).unpipe(target).pause();
      target.destroy();
    },
  };
}

interface Feeding {
  readonly stop: () => void;
}

/** The child's end of its standard input, and what feeds it. */
async function openStdin(inputFile: string, input: string | NodeJS.ReadableStream | undefined) {
  if (input === undefined) return { end: 'ignore' as const };
  if (typeof input === 'string') return { end: openInput(inputFile, input) };
  const [pipe] = await take(1);
  if (pipe === undefined) throw new TypeError('take gives what was asked for');
  fchmodSync(pipe.readEnd, 0o444);
  return { end: pipe.readEnd, feeding: pump(input, pipe) };
}

export interface ActionStreams {
  /** What the child gets as 0, 1 and 2. */
  readonly stdio: readonly (number | 'ignore')[];
  /** Gives the worker's ends to the child as its `stdout` and `stderr`, and closes the child's. */
  readonly attach: (child: ChildProcess) => void;
  /** Instead of `attach`, where there is no child. */
  readonly close: () => void;
  /** When the child has ended: what it did not read stays unread. */
  readonly stopFeeding: () => void;
}

/**
 * Real pipes for the output of an action. Node gives its children sockets, which cannot be opened by name: `echo x > /dev/stderr` inside
 * would end with ENXIO (unix(7), proc(5)). The name works for another account too: it may write to them, and not read.
 */
export async function openStreams(inputFile: string, input: string | NodeJS.ReadableStream | undefined): Promise<ActionStreams> {
  const { end: stdin, feeding } = await openStdin(inputFile, input);
  const stopFeeding = () => feeding?.stop();
  const [out, err] = await take(2).catch((error: unknown) => {
    stopFeeding();
    if (stdin !== 'ignore') closeSync(stdin);
    throw error;
  });
  if (out === undefined || err === undefined) throw new TypeError('take gives what was asked for');
  for (const { writeEnd } of [out, err]) fchmodSync(writeEnd, 0o622);
  const closeOurs = () => {
    for (const end of [stdin, out.writeEnd, err.writeEnd]) if (end !== 'ignore') closeSync(end);
  };
  // Before there is a child: what cannot be read has not been started. Whoever reads listens to errors, too.
  const [stdout, stderr] = [out, err].map(({ readEnd: fd }) =>
    new Socket({ fd, readable: true, writable: false }).on('error', () => undefined),
  );
  return {
    stdio: [stdin, out.writeEnd, err.writeEnd],
    attach: (child) => {
      closeOurs();
      Object.assign(child, { stdout, stderr });
    },
    close: () => {
      stopFeeding();
      closeOurs();
      stdout?.destroy();
      stderr?.destroy();
    },
    stopFeeding,
  };
}

/** Until everything that was written is read, or nobody reads any more. */
export async function drained({ stdout, stderr }: ChildProcess): Promise<void> {
  const streams = [stdout, stderr].filter((stream) => stream !== null);
  await Promise.all(streams.map((stream) => finished(stream).catch(() => undefined)));
}
