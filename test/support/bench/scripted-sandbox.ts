import type { Sandbox, SandboxRequest } from '../../../src/adapters/sandbox/contract/sandbox.js';
import { JanusError } from '../../../src/domain/errors.js';
import type { CommandResult, TerminationReason } from '../../../src/domain/action/result.js';
import { sha256 } from '../proposals/proposals.js';

/** One command that the sandbox was asked to run: the only witness for "started at most once". */
export interface SandboxRun {
  readonly proposalId: string;
  /** `step-1`, `rollback-1`, `probe`. */
  readonly name: string;
  readonly script: string;
}

export interface ScriptedSandbox extends Sandbox {
  readonly runs: readonly SandboxRun[];
  /** Resolves when a command of this proposal, with this name, has been started. */
  started(proposalId: string, name?: string): Promise<void>;
  /** Lets the `wait` of this proposal end, well. */
  release(proposalId: string): void;
}

const output = (text: string) => ({ text, bytes: text.length, sha256: sha256(text), truncated: false });

function result(at: Date, reason: TerminationReason, exitCode: number | null): CommandResult {
  const time = at.toISOString();
  return {
    reason,
    exitCode,
    signal: exitCode === null ? 'SIGKILL' : null,
    stdout: output(exitCode === 0 ? 'done\n' : ''),
    stderr: output(exitCode === 0 ? '' : 'it did not work\n'),
    startedAt: time,
    endedAt: time,
    wallSeconds: 0.01,
    cpuSeconds: 0.01,
    peakMemoryMb: 2,
    bytesWritten: 0,
    connections: 0,
    files: [],
  };
}

const aborted = (signal: AbortSignal) =>
  new Promise<'aborted'>((resolve) => {
    if (signal.aborted) resolve('aborted');
    else signal.addEventListener('abort', () => resolve('aborted'), { once: true });
  });

/**
 * A sandbox that starts nothing and obeys the script that it is given, so that a proposal itself says how it will go: `exit N`, `wait` (until
 * it is released or cancelled), `crash` (the worker fails in the middle), `unavailable`. What follows a `#` is ignored, and makes an action
 * unlike others.
 */
export function createScriptedSandbox(now: () => Date): ScriptedSandbox {
  const runs: SandboxRun[] = [];
  const releases = new Map<string, () => void>();
  const watchers: { readonly proposalId: string; readonly name: string; readonly tell: () => void }[] = [];
  const isRun = (run: SandboxRun, proposalId: string, name: string) => run.proposalId === proposalId && run.name === name;
  const note = ({ command, workspace, outputPrefix }: SandboxRequest): SandboxRun => {
    const run = {
      proposalId: workspace.slice(workspace.lastIndexOf('/') + 1),
      name: outputPrefix.slice(outputPrefix.lastIndexOf('/') + 1),
      script: (command.args.at(-1) ?? '').split('#')[0]!.trim(),
    };
    runs.push(run);
    for (const { proposalId, name, tell } of watchers) if (isRun(run, proposalId, name)) tell();
    return run;
  };
  return {
    profile: 'test:0000000000000000',
    runs,
    release: (proposalId) => releases.get(proposalId)?.(),
    started: (proposalId, name = 'step-1') =>
      new Promise((tell) => {
        if (runs.some((run) => isRun(run, proposalId, name))) tell();
        else watchers.push({ proposalId, name, tell });
      }),
    inspect: () => Promise.resolve({ ok: true, account: 'nobody', tier: 'none', problems: [], remarks: [] }),
    workspaceOf: (proposalId) => `/workspaces/${proposalId}`,
    outputsOf: (proposalId) => `/workspaces/${proposalId}.output`,
    prepareWorkspace: (proposalId) => Promise.resolve(`/workspaces/${proposalId}`),
    adoptWorkspace: (folder) => Promise.resolve(folder),
    commandLine: ({ command }) => ['bwrap', '--', command.path, ...command.args],
    async run(request, signal) {
      const [word, argument] = (request.command.args.at(-1) ?? '').split('#')[0]!.trim().split(' ');
      if (word === 'unavailable') throw new JanusError('SANDBOX_UNAVAILABLE', 'bwrap is missing');
      const released = new Promise<'released'>((resolve) => {
        releases.set(request.workspace.slice(request.workspace.lastIndexOf('/') + 1), () => resolve('released'));
      });
      note(request);
      if (word === 'crash') throw new Error('the worker failed in the middle');
      if (word !== 'wait') return result(now(), 'exit', Number(argument ?? 0));
      return (await Promise.race([released, aborted(signal)])) === 'released' ? result(now(), 'exit', 0) : result(now(), 'cancelled', null);
    },
  };
}
