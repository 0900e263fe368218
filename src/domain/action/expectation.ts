import type { ExecutionPlan } from './plan.js';
import type { Expectation } from './proposal.js';
import type { CapturedOutput, CommandResult, ExecutionResult } from './result.js';
import { shorten, visible } from '../text/visible.js';

const shown = (text: string) => visible(JSON.stringify(shorten(text, 100)));
const streams = ['stdout', 'stderr'] as const;

/** Every text that hands have to look for in this stream. */
export function expectedTexts(expect: Expectation | undefined, stream: 'stdout' | 'stderr'): string[] {
  return [...new Set([...(expect?.[`${stream}Contains`] ?? []), ...(expect?.[`${stream}Lacks`] ?? [])])];
}

/** Why an output that should lack this text does not; where hands did not say so, the part of it that came along still counts. */
function whyNotLacking({ text: beginning, found }: CapturedOutput, text: string): string | undefined {
  const place = found?.find((one) => one.text === text);
  if (place !== undefined) return `contains ${shown(text)} in line ${place.line}: ${visible(place.excerpt)}`;
  if (beginning.includes(text)) return `contains ${shown(text)}`;
  return found === undefined ? `was not searched for ${shown(text)}` : undefined;
}

/**
 * From outside of the sandbox exit code 137 and SIGKILL look alike: bubblewrap reports both as 137. Whoever expects that code gets it, as from a
 * shell; what a quota, a person or somebody outside ended has another reason, or no exit code.
 */
const endedAsExpected = ({ reason, exitCode }: CommandResult, wanted: number) => reason === 'signal' && wanted > 128 && exitCode === wanted;

/**
 * Compares the measured facts with what was expected (spec X6); empty means that the command did what it should.
 * An absent expectation still expects exit 0: nothing is a success merely because nobody asked.
 */
export function unmetExpectations(expect: Expectation | undefined, result: CommandResult): string[] {
  const noted = result.note === undefined ? '' : `: ${result.note}`;
  const wanted = expect?.exitCode ?? 0;
  if (result.reason !== 'exit' && !endedAsExpected(result, wanted)) return [`ended by ${result.reason}${noted}`];
  const problems: string[] = [];
  if (result.exitCode !== wanted) problems.push(`exit code ${result.exitCode}, expected ${wanted}${noted}`);
  for (const stream of streams) {
    const output = result[stream];
    for (const text of expect?.[`${stream}Contains`] ?? []) {
      const isThere = output.found?.some((place) => place.text === text) === true;
      if (!isThere) problems.push(`${stream} does not contain ${shown(text)}`);
    }
    for (const text of expect?.[`${stream}Lacks`] ?? []) {
      const why = whyNotLacking(output, text);
      if (why !== undefined) problems.push(`${stream} ${why}`);
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
  if (result.state === 'interrupted') return [endedWords(result)];
  if (result.state === 'other_effect') return [result.why];
  if (result.state !== 'finished') return [`not run: ${result.state}`];
  const unmet = steps.flatMap((command, index) => {
    const facts = result.steps[index];
    const problems = facts === undefined ? ['was not started'] : unmetExpectations(command.expect, facts);
    return problems.map((problem) => (steps.length > 1 ? `step ${index + 1}: ${problem}` : problem));
  });
  return unmet.length === 0 && !result.ok ? ['hands reported a failure', ...result.problems] : unmet;
}

/** What ended it before it had ended itself. */
export const endedWords = ({ host, stopped }: { readonly host: string; readonly stopped?: string }): string =>
  stopped === undefined ? `interrupted on ${host}` : `ended on ${host} by the emergency stop ${stopped}`;

/** Every path that hands have to look at for this expectation. */
export function expectedPaths(expect: Expectation | undefined): string[] {
  return [...new Set([...(expect?.filesExist ?? []), ...(expect?.filesAbsent ?? []), ...Object.keys(expect?.fileSha256 ?? {})])];
}
