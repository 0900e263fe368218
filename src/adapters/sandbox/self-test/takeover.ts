import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { CommandResult } from '../../../domain/action/result.js';
import type { Canary } from './canaries.js';

/** Written by what was taken over, again and again. */
const traceName = 'outlived';
/** So long its end is not waited for: what lives on here does so on purpose. */
export const takeoverGraceMilliseconds = 50;
/** What is alive writes every millisecond. */
const watchedMilliseconds = 30;

/**
 * Machine code, from anywhere in memory: forgets the wish to die with bwrap (prctl(PR_SET_PDEATHSIG)), opens the trace, tells bwrap by its
 * eventfd that the command ended well, and writes to the trace for ever. Behind it lie the eventfd, a 1, a millisecond and the name.
 */
const machineCode: Readonly<Record<string, string>> = {
  x64:
    'b89d000000bf0100000031f60f05488d3d73000000be41040000baa4010000b8020000000f0589c38b3d3a000000488d353b000000ba08000000' +
    'b8010000000f0589df488d3526000000ba01000000b8010000000f05488d3d1b00000031f6b8230000000f05ebd9',
  arm64:
    'e81480d2200080d2010080d2010000d4600c8092c1030010228880d2833480d2080780d2010000d4f30300aa0002005821020010020180d2080880d2010000d4' +
    'e00313aa81010010220080d2080880d2010000d440010010010080d2a80c80d2010000d4f7ffff171f2003d5',
};

/** Where the first process waits it is told to go on with the code; an orphan wakes it up. Only where it is bwrap itself, and not the host's. */
const perl = (code: string) => `
open my $about, "<", "/proc/1/syscall" or exit;
my $next = hex((split " ", <$about>)[-1]);
my ($event) = map { m{(\\d+)$} } grep { (readlink($_) // "") =~ /eventfd/ } glob "/proc/1/fd/*";
open my $memory, "+<:raw", "/proc/1/mem" or exit;
sysseek $memory, $next, 0;
syswrite $memory, pack("H*", "${code}") . pack("Q<4", $event, 1, 0, 1_000_000) . "/workspace/${traceName}\\0" or exit;
if (!fork) { fork; exit }
sleep 60`;

/** Looked at from outside: it may well take the first process over, but not live on with it. */
export const takeover: Canary = {
  name: 'first-process',
  can: 'outlive its action in the first process of its sandbox',
  needs: 'perl',
  attempt: '',
};

/** The command that tries it; it says where it could not even begin. */
export function takeoverScript(arch: string): string {
  const attempt = perl(machineCode[arch] ?? '').replaceAll("'", String.raw`'\''`);
  return `command -v perl >/dev/null || exec echo absent; grep -q '^Name:\\s*bwrap$' /proc/1/status || exec echo held; perl -e '${attempt}' 2>/dev/null; echo held`;
}

const sizeOf = async (path: string) => (await stat(path).catch((): undefined => undefined))?.size ?? 0;

/** Call it when its result is there: nothing of it may write any more, and it may not pass for an end of the command's own. */
export async function readTakeover({ reason, stdout }: CommandResult, workspace: string): Promise<'held' | 'absent' | 'reached'> {
  const trace = join(workspace, traceName);
  const before = await sizeOf(trace);
  if (before === 0) return stdout.text.startsWith('absent') ? 'absent' : 'held';
  await pause(watchedMilliseconds);
  return (await sizeOf(trace)) === before && reason !== 'exit' ? 'held' : 'reached';
}
