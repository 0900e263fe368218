import { readFileSync, readdirSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { parseStat } from '../usage/process-tree.js';

/**
 * The first process of a sandbox: when it is gone the kernel has ended all others of its pid namespace. Any process of the action may write into
 * its memory, so what it does once the command has ended is not to be trusted.
 */
export interface FirstProcess {
  readonly pid: number;
  /** With the pid it names a process for ever; undefined where the process hid itself before it was seen. */
  readonly startTicks: string | undefined;
}

/** With die-with-parent it is gone some 10 ms after bwrap, background children or not. */
const graceMillisecondsDefault = 1_000;

/** PF_EXITING of sched.h of Linux; SIGKILL is 9, so bit 8 of a mask. */
const [exitingFlag, killBit] = [0x4, 0x100n];

/** Empty where there is none of that name; throws where it could not be looked at, because descriptors ran out: that proves nothing. */
function look(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return '';
    throw error;
  }
}

/**
 * A signal to nobody: tells of processes that do not show themselves, as one that made itself undumpable does under `hidepid`. One that may not be
 * signalled is another account's, which has the number by now.
 */
function isThereUnseen(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** The first number of a pid namespace is 1; `/proc/PID/status` lists the numbers of a process from the outermost one on. */
function isFirstInside(pid: number): boolean {
  const numbers = /^NSpid:\s*(.*)$/m.exec(look(`/proc/${pid}/status`))?.[1]?.split(/\s+/) ?? [];
  return numbers.length > 1 && numbers.at(-1) === '1';
}

/** Takes note of it as soon as bwrap has reported it; undefined where it is gone by then, and its number perhaps somebody else's. */
export function noteFirstProcess(pid: number): FirstProcess | undefined {
  try {
    const stat = look(`/proc/${pid}/stat`);
    if (stat !== '') return isFirstInside(pid) ? { pid, startTicks: parseStat(stat).startTicks } : undefined;
    return isThereUnseen(pid) ? { pid, startTicks: undefined } : undefined;
  } catch {
    return { pid, startTicks: undefined };
  }
}

/** Their folders in /proc; none where there is no such process. */
export function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map((thread) => `/proc/${pid}/task/${thread}`);
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
    throw error;
  }
}

/** A first thread that has left is a zombie while the others go on; and a zombie that nobody waits for is gone for us. */
function hasLivingThread(pid: number): boolean {
  return threadsOf(pid).some((thread) => !/^[ZX]?$/.test(parseStat(look(`${thread}/stat`)).state));
}

function looksThere({ pid, startTicks }: FirstProcess): boolean {
  const stat = look(`/proc/${pid}/stat`);
  if (stat === '') return isThereUnseen(pid);
  const now = parseStat(stat);
  if (startTicks === undefined ? !isFirstInside(pid) : now.startTicks !== startTicks) return false;
  return !/^[ZX]/.test(now.state) || hasLivingThread(pid);
}

/** Whether anything of it may still do something. */
export function isStillThere(first: FirstProcess): boolean {
  try {
    return looksThere(first);
  } catch {
    return true;
  }
}

/** Whether this thread is on its way out: nothing of its own will it do any more. */
function isDying(stat: string, status: string): boolean {
  const { state, flags } = parseStat(stat);
  if (/^[ZX]?$/.test(state) || status === '' || (flags & exitingFlag) !== 0) return true;
  const pending = [...status.matchAll(/^(?:SigPnd|ShdPnd):\s*([0-9a-f]+)$/gm)].map(([, mask]) => BigInt(`0x${mask}`));
  return pending.some((mask) => (mask & killBit) !== 0n);
}

/**
 * Whether one of its threads neither leaves nor has to: an honest one has SIGKILL pending from the moment that bwrap ended. The state of a
 * process proves nothing: a first thread that has left is a zombie while others go on, and waiting in vfork(2) looks like hanging in the kernel.
 */
function livesOn({ pid }: FirstProcess): boolean {
  const threads = threadsOf(pid);
  // It hides itself, as no dying process does: what has let go of its memory can be seen.
  if (threads.length === 0) return isThereUnseen(pid);
  return threads.some((thread) => !isDying(look(`${thread}/stat`), look(`${thread}/status`)));
}

/** SIGKILL for exactly this process; to kill what is dying anyway does no harm. */
export function killFirstProcess(first: FirstProcess): void {
  try {
    if (isStillThere(first)) process.kill(first.pid, 'SIGKILL');
  } catch {
    // It ended in between.
  }
}

/** Kills it, and tells whether it lived on until then. Nothing waits between the look and the kill. */
async function lookAndKill(first: FirstProcess): Promise<boolean> {
  for (;;) {
    try {
      const livedOn = livesOn(first);
      killFirstProcess(first);
      return livedOn;
    } catch {
      await pause(20);
    }
  }
}

/**
 * Waits until nothing of the sandbox is left, however long that takes: facts are measured afterwards (spec X12). Call it when bwrap has ended.
 * True where the first process had been taken over: it lived on when its time was over, until it was killed.
 */
export async function untilFirstProcessIsGone(first: FirstProcess, graceMilliseconds = graceMillisecondsDefault): Promise<boolean> {
  const end = performance.now() + graceMilliseconds;
  while (isStillThere(first) && performance.now() < end) await pause(2);
  if (!isStillThere(first)) return false;
  const wasTakenOver = await lookAndKill(first);
  for (let milliseconds = 2; isStillThere(first); milliseconds = Math.min(100, milliseconds * 2)) await pause(milliseconds);
  return wasTakenOver;
}
