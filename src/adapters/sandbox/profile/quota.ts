import { constants } from 'node:os';
import type { Limits } from '../../../domain/action/limits.js';
import type { TerminationReason } from '../../../domain/action/result.js';
import type { Usage } from '../contract/usage.js';
import { dataMbMax } from './rlimits.js';

/** Why the worker ended an action, and what people should read about it. */
export interface Ending {
  readonly reason: TerminationReason;
  readonly note: string;
  /** Where the command ended itself by a signal. */
  readonly signal?: string;
}

const mebibyte = 1_048_576;

/** The first quota that is used up, if any. Pure; called at every sample and once more when nothing is left. */
export function overLimit(usage: Usage, limits: Limits): Ending | undefined {
  const { cpuSeconds, memoryMb, bytesWritten, inodes, grownMb, heldMb } = usage;
  const more = (reason: TerminationReason, used: string, allowed: string) => ({ reason, note: `${used}, ${allowed} allowed` });
  const mb = (value: number) => `${value.toFixed(0)} MB`;
  if (usage.outOfMemory)
    return { reason: 'memory', note: `needed more than the ${mb(limits.memoryMb)} that are allowed${inScratch(usage)}` };
  if (usage.forkRefused) return { reason: 'pids', note: `needed more than the ${limits.processes} processes that are allowed` };
  if (cpuSeconds > limits.cpuSeconds) return more('cpu', `used ${cpuSeconds.toFixed(1)} s of CPU`, `${limits.cpuSeconds} s are`);
  if (memoryMb > limits.memoryMb)
    return { reason: 'memory', note: `used ${mb(memoryMb)}, ${mb(limits.memoryMb)} are allowed${inScratch(usage)}` };
  const writtenMb = bytesWritten / mebibyte;
  if (writtenMb > limits.diskWriteMb) return more('disk', `wrote ${mb(writtenMb)}`, `${mb(limits.diskWriteMb)} are`);
  if (grownMb > limits.diskWriteMb) return more('disk', `the workspace grew by ${mb(grownMb)}`, `${mb(limits.diskWriteMb)} are`);
  if (heldMb > (limits.workspaceMb ?? Number.POSITIVE_INFINITY))
    return more('disk', `the workspace holds ${mb(heldMb)}`, `${mb(limits.workspaceMb ?? 0)} are`);
  return inodes > limits.inodes ? more('inodes', `made ${inodes} files and folders`, `${limits.inodes} are`) : undefined;
}

/** Files in /tmp and /dev/shm are memory, which few people know. */
const inScratch = ({ scratchMb }: Usage) => (scratchMb < 1 ? '' : `; files in /tmp and /dev/shm count: ${scratchMb.toFixed(0)} MB`);

const signalNames = new Map(Object.entries(constants.signals).map(([name, number]) => [number, name]));

/**
 * What an exit code says beyond itself. The kernel's own limits end a process by a signal that names them; bwrap, like a shell, reports
 * signal n as 128 + n.
 */
export function endingOf(exitCode: number, usage: Usage, limits: Limits): Ending | undefined {
  const name = signalNames.get(exitCode - 128);
  if (name === 'SIGXCPU') return { reason: 'cpu', note: `${limits.cpuSeconds} s of CPU are allowed` };
  if (name === 'SIGXFSZ') return { reason: 'disk', note: `a file grew beyond ${limits.diskWriteMb} MB` };
  // RLIMIT_CPU's hard limit, where SIGXCPU was ignored.
  if (name === 'SIGKILL' && usage.cpuSeconds >= limits.cpuSeconds)
    return { reason: 'cpu', note: `${limits.cpuSeconds} s of CPU are allowed` };
  if (exitCode !== 0 && usage.nearDataLimit)
    return { reason: 'memory', note: `it failed after one of its processes had asked for nearly the ${dataMbMax(limits)} MB that one may` };
  if (exitCode !== 0 && usage.scratchMb >= limits.memoryMb * 0.99)
    return { reason: 'memory', note: `it failed after it had filled /tmp or /dev/shm, which count to its ${limits.memoryMb} MB of memory` };
  if (exitCode !== 0 && usage.processes >= limits.processes)
    return { reason: 'pids', note: `it failed after it had as many processes as are allowed: ${limits.processes}` };
  // A project quota of the file system refuses the last block.
  if (exitCode !== 0 && usage.grownMb >= limits.diskWriteMb * 0.99)
    return { reason: 'disk', note: `it failed after it had filled the ${limits.diskWriteMb} MB that are allowed` };
  if (exitCode !== 0 && usage.inodes >= limits.inodes)
    return { reason: 'inodes', note: `it failed after it had made the ${limits.inodes} files and folders that are allowed` };
  if (name === undefined) return undefined;
  const full = name === 'SIGBUS' ? '; a guess: it mapped a file of a full /dev/shm or /tmp, which count to its memory' : '';
  const note = `the command ended by ${name} (or by itself with exit code ${exitCode}, which looks alike)${full}`;
  return { reason: 'signal', note, signal: name };
}

/** What programs and languages say where they were refused memory. */
const refusedWords =
  /\b(MemoryError|bad_alloc|OutOfMemoryError|Cannot allocate memory|heap out of memory|out of memory|memory exhausted)\b/i;

const noSpaceWords = /\b(No space left on device|ENOSPC)\b/;

/**
 * A guess, by its own last words, and named as one: the kernel does not tell whom it refused memory, and a tool may say what it likes. It is no
 * reason, so that nothing depends on it.
 */
export function guessOf(exitCode: number, lastWords: string): string | undefined {
  if (exitCode === 0) return undefined;
  const [, refused] = refusedWords.exec(lastWords) ?? [];
  if (refused !== undefined) return `it says that it was refused memory (${refused}); the limit is a guess, its own word is all there is`;
  const [, full] = noSpaceWords.exec(lastWords) ?? [];
  return full === undefined
    ? undefined
    : `it says that something was full (${full}); a guess: /tmp and /dev/shm each hold as much as its memory, to which they count`;
}
