import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { ProcessIdentity } from '../../../src/adapters/ledger/read/process-identity.js';
import type { CommandResult, ExecutionResult } from '../../../src/domain/action/result.js';
import { sha256 } from '../proposals/proposals.js';

export const idOf = (number: number): string => `janus-${number.toString(16).padStart(12, '0')}`;

const bootId = () => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();

/** A process that has ended, as it would have written itself into a claim. */
export function goneIdentity(startTicks = '1'): ProcessIdentity {
  const pid = Number(execFileSync('/bin/sh', ['-c', 'echo $$'], { encoding: 'utf8' }));
  return { pid, startTicks, bootId: bootId() };
}

const captured = (text: string) => ({ text, bytes: text.length, sha256: sha256(text), truncated: false });

export function aResult(change: Partial<CommandResult> = {}): CommandResult {
  return {
    reason: 'exit',
    exitCode: 0,
    signal: null,
    stdout: { ...captured('out\n'), found: [{ text: 'out', line: 1, excerpt: 'out' }] },
    stderr: captured(''),
    startedAt: '2026-01-02T03:04:05.000Z',
    endedAt: '2026-01-02T03:04:06.000Z',
    wallSeconds: 1,
    cpuSeconds: 0.5,
    peakMemoryMb: 3,
    bytesWritten: 0,
    connections: 0,
    files: [],
    ...change,
  };
}

export function aFinish(change: Partial<Extract<ExecutionResult, { state: 'finished' }>> = {}): ExecutionResult {
  return { state: 'finished', ok: true, host: 'here', steps: [aResult()], problems: [], ...change };
}

/** What a claim is made with, by a permit that no test asks about. */
export const aClaim = (digest = 'd', permit = 'permit') => ({ digest, permit });
