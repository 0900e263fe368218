import type { AttemptedConnections } from '../action/connection.js';
import type { Change, Effect, PreviewReport, RehearsedStep } from '../action/effect.js';
import { shortDigest } from '../action/digests.js';
import { visible } from '../text/visible.js';

const octal = (mode: number) => mode.toString(8).padStart(4, '0');

/** "0644 12 bytes": everything that an eye compares, for one node. */
function facts({ kind, mode, size, target }: Pick<Change, 'kind' | 'mode' | 'size' | 'target'>): string {
  if (kind === 'link') return `link to ${visible(target ?? '?')}`;
  return kind === 'file' ? `file ${octal(mode)}, ${size} bytes` : `${kind} ${octal(mode)}`;
}

function changeLines(change: Change): string[] {
  const { root, path, before, diff, sha256 } = change;
  const was = before === undefined ? '' : ` (was ${facts(before)})`;
  const hash = sha256 === undefined || change.change === 'deleted' ? '' : `, sha256 ${sha256.slice(0, 16)}`;
  // Every line of a file is behind a bar, so that none can be taken for a line of this text.
  const lines = diff === undefined ? [] : visible(diff, { keepNewlines: true }).split('\n');
  return [
    `${change.change} ${visible(root === '' ? path : `${root}/${path}`)}: ${facts(change)}${hash}${was}`,
    ...lines.map((line) => `  | ${line}`),
  ];
}

function stepLine(label: string, { tool, reason, exitCode, problems, attemptedConnections }: RehearsedStep): string {
  const end = reason === 'exit' ? `exit ${exitCode}` : `ended by ${reason}`;
  const tried = attemptedConnections === undefined ? [] : attempts(attemptedConnections);
  const rest = [...problems.map((problem) => visible(problem)), ...(tried.length === 0 ? [] : [`TRIED THE NETWORK: ${tried.join(', ')}`])];
  return `${label} (${visible(tool)}): ${end}${rest.map((each) => `; ${each}`).join('')}`;
}

/** What an eye should catch: empty where nothing was tried. */
function attempts({ elsewhere, unanswered, inside }: AttemptedConnections): string[] {
  const said = [
    [elsewhere, 'to addresses outside, none had a route'],
    [unanswered, 'unanswered datagrams inside, as look-ups of names make'],
    [inside, 'TCP connections to its own loopback'],
  ] as const;
  return said.flatMap(([times, what]) => (times === 0 ? [] : [`${times} ${what}`]));
}

/** Said only where every command was observed. */
function quietLines({ steps, rollback }: Effect): string[] {
  const all = [...steps, ...(rollback?.steps ?? [])].map(({ attemptedConnections }) => attemptedConnections);
  if (all.includes(undefined)) return ['not every command could be observed for attempts to use the network'];
  return all.every((each) => each !== undefined && attempts(each).length === 0) ? ['it tried no connection and looked up no name'] : [];
}

function rollbackLines({ rollback }: Effect): string[] {
  if (rollback === undefined) return ['no rollback is planned, so none was rehearsed'];
  return [
    ...rollback.steps.map((step, index) => stepLine(`rollback ${index + 1}`, step)),
    rollback.equal
      ? 'after the rollback the tree was equal to the one before'
      : 'AFTER THE ROLLBACK THE TREE WAS NOT EQUAL to the one before:',
    ...rollback.left.map((line) => `  ${visible(line)}`),
  ];
}

/** The effect in lines for people; file names and contents come from the action, so they are made visible. */
export function effectLines(effect: Effect): string[] {
  const { changes, omitted, incomplete, steps } = effect;
  return [
    ...steps.map((step, index) => stepLine(`step ${index + 1}`, step)),
    ...quietLines(effect),
    ...(changes.length === 0 ? ['no file was created, changed or deleted'] : changes.flatMap(changeLines)),
    ...(omitted > 0 ? [`and ${omitted} changes more`] : []),
    ...incomplete.map((problem) => `NOT MEASURED: ${visible(problem)}`),
    ...rollbackLines(effect),
  ];
}

function bindingLine(bound: boolean, unbound: string | undefined): string {
  if (bound) return 'bound to your approval: if the effect is another when it is executed, nothing is put in place';
  return `nothing is bound to your approval${unbound === undefined ? '' : `: ${visible(unbound)}`}`;
}

/** The section PREVIEW of a review. `bound`: the effect is a part of the plan, so an approval covers it; undefined where nobody approves. */
export function previewLines(report: PreviewReport, bound: boolean | undefined): string[] {
  if (report.state === 'not_previewable') return [`not previewable: ${visible(report.why)}`];
  const { effect, effectDigest, runs, agreed, unbound } = report;
  return [
    `ran in a throw-away copy, without network; effect ${shortDigest(effectDigest)}`,
    ...(runs === 1 ? [] : [agreed ? 'two runs had the same effect' : 'TWO RUNS HAD DIFFERENT EFFECTS: what is below is the first']),
    ...(bound === undefined ? [] : [bindingLine(bound, unbound)]),
    ...effectLines(effect),
  ];
}
