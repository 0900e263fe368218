import type { ExecutionPlan } from './plan.js';
import type { Expectation } from './proposal.js';
import type { CommandResult, ExecutionResult } from './result.js';

/**
 * Compares the measured facts with what was expected (spec X6); empty means that the command did what it should.
 * An absent expectation still expects exit 0: nothing is a success merely because nobody asked.
 */
export function unmetExpectations(expect: Expectation | undefined, result: CommandResult): string[] {
  const noted = result.note === undefined ? '' : `: ${result.note}`;
  if (result.reason !== 'exit') return [`ended by ${result.reason}${noted}`];
  const problems: string[] = [];
  const wanted = expect?.exitCode ?? 0;
  if (result.exitCode !== wanted) problems.push(`exit code ${result.exitCode}, expected ${wanted}${noted}`);
  for (const [stream, texts] of [
    ['stdout', expect?.stdoutContains],
    ['stderr', expect?.stderrContains],
  ] as const) {
    for (const text of texts ?? []) {
      if (!result[stream].text.includes(text)) problems.push(`${stream} does not contain ${JSON.stringify(text)}`);
    }
  }
  const fact = (path: string) => result.files.find((file) => file.path === path);
  for (const path of expect?.filesExist ?? []) if (fact(path)?.exists !== true) problems.push(`file ${path} does not exist`);
  for (const path of expect?.filesAbsent ?? []) if (fact(path)?.exists !== false) problems.push(`file ${path} still exists`);
  for (const [path, sha256] of Object.entries(expect?.fileSha256 ?? {})) {
    const found = fact(path)?.sha256;
    if (found !== sha256) problems.push(`file ${path} has SHA-256 ${found ?? 'none'}, expected ${sha256}`);
  }
  return problems;
}

/** What a whole run did not do of what it should; empty means that it completed. From the facts alone: that hands say so is not enough (spec X6). */
export function checkOutcome({ steps }: Pick<ExecutionPlan, 'steps'>, result: ExecutionResult): string[] {
  if (result.state === 'cancelled') return [`cancelled: ${result.why}`];
  if (result.state === 'interrupted') return [`interrupted on ${result.host}`];
  if (result.state === 'other_effect') return [result.why];
  if (result.state !== 'finished') return [`not run: ${result.state}`];
  const unmet = steps.flatMap((command, index) => {
    const facts = result.steps[index];
    const problems = facts === undefined ? ['was not started'] : unmetExpectations(command.expect, facts);
    return problems.map((problem) => (steps.length > 1 ? `step ${index + 1}: ${problem}` : problem));
  });
  return unmet.length === 0 && !result.ok ? ['hands reported a failure', ...result.problems] : unmet;
}

/** Every path that hands have to look at for this expectation. */
export function expectedPaths(expect: Expectation | undefined): string[] {
  return [...new Set([...(expect?.filesExist ?? []), ...(expect?.filesAbsent ?? []), ...Object.keys(expect?.fileSha256 ?? {})])];
}
