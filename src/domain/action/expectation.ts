import type { Expectation } from './proposal.js';
import type { CommandResult } from './result.js';

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

/** Every path that hands have to look at for this expectation. */
export function expectedPaths(expect: Expectation | undefined): string[] {
  return [...new Set([...(expect?.filesExist ?? []), ...(expect?.filesAbsent ?? []), ...Object.keys(expect?.fileSha256 ?? {})])];
}
