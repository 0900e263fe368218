import { structuredPatch } from 'diff';

const linesMax = 60;
const lineCharactersMax = 240;
/** A hostile pair of texts must not keep the worker busy: beyond this only the new beginning is shown. */
const bounds = { context: 2, maxEditLength: 400, timeout: 250 };

function cut(lines: readonly string[]): string {
  const kept = lines
    .slice(0, linesMax)
    .map((line) => (line.length > lineCharactersMax ? `${line.slice(0, lineCharactersMax).toWellFormed()}…` : line));
  if (lines.length > linesMax) kept.push(`… ${lines.length - linesMax} lines more`);
  return kept.join('\n');
}

const linesOf = (text: string) => (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');

/** How one text became another, in lines that begin with -, + or a space; bounded in time and length. Empty texts on either side are common. */
export function textDiff(before: string, after: string): string | undefined {
  if (before === after) return undefined;
  if (before === '') return cut(linesOf(after).map((line) => `+${line}`));
  if (after === '') return cut(linesOf(before).map((line) => `-${line}`));
  const patch = structuredPatch('', '', before, after, '', '', bounds);
  if (patch === undefined)
    return cut(['the two differ too much to be compared; now it begins:', ...linesOf(after).map((line) => `+${line}`)]);
  return cut(patch.hunks.flatMap(({ oldStart, newStart, lines }) => [`@@ line ${oldStart}, now ${newStart} @@`, ...lines]));
}
