import type { AttemptedConnections } from '../action/connection.js';
import type { Change, Effect, PreviewReport, RehearsedStep } from '../action/effect.js';
import { shortDigest } from '../action/digests.js';
import { visible } from '../text/visible.js';
import type { Block } from './section.js';

const octal = (mode: number) => mode.toString(8).padStart(4, '0');

/** "0644 12 bytes": everything that an eye compares, for one node. */
function facts({ kind, mode, size, target }: Pick<Change, 'kind' | 'mode' | 'size' | 'target'>): string {
  if (kind === 'link') return `link to ${visible(target ?? '?')}`;
  return kind === 'file' ? `file ${octal(mode)}, ${size} bytes` : `${visible(kind)} ${octal(mode)}`;
}

const item = (text: string): Block => ({ form: 'item', text });
const alarm = (text: string): Block => ({ form: 'item', text, emphasis: 'alarm' });

function changeBlocks(change: Change): Block[] {
  const { root, path, before, diff, sha256 } = change;
  const was = before === undefined ? '' : ` (was ${facts(before)})`;
  const hash = sha256 === undefined || change.change === 'deleted' ? '' : `, sha256 ${visible(sha256.slice(0, 16))}`;
  return [
    item(`${visible(change.change)} ${visible(root === '' ? path : `${root}/${path}`)}: ${facts(change)}${hash}${was}`),
    ...(diff === undefined ? [] : [{ form: 'content', text: visible(diff, { keepNewlines: true }) } satisfies Block]),
  ];
}

/** Why it failed is in what it said. */
function lastWordsBlocks({ lastWords }: RehearsedStep): Block[] {
  return (['stderr', 'stdout'] as const).flatMap((stream): Block[] => {
    const text = lastWords?.[stream] ?? '';
    if (text === '') return [];
    return [item(`the end of its ${stream}:`), { form: 'content', text: visible(text, { keepNewlines: true }) }];
  });
}

const stepBlocks = (label: string, step: RehearsedStep): Block[] => [stepBlock(label, step), ...lastWordsBlocks(step)];

function stepBlock(label: string, { tool, reason, exitCode, problems, attemptedConnections }: RehearsedStep): Block {
  const end = reason === 'exit' ? `exit ${exitCode}` : `ended by ${visible(reason)}`;
  const tried = attemptedConnections === undefined ? [] : attempts(attemptedConnections);
  const rest = [...problems.map((problem) => visible(problem)), ...(tried.length === 0 ? [] : [`TRIED THE NETWORK: ${tried.join(', ')}`])];
  const text = `${label} (${visible(tool)}): ${end}${rest.map((each) => `; ${each}`).join('')}`;
  return tried.length === 0 ? item(text) : alarm(text);
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
function quiet({ steps, rollback }: Effect): string[] {
  const all = [...steps, ...(rollback?.steps ?? [])].map(({ attemptedConnections }) => attemptedConnections);
  if (all.includes(undefined)) return ['not every command could be observed for attempts to use the network'];
  return all.every((each) => each !== undefined && attempts(each).length === 0) ? ['it tried no connection and looked up no name'] : [];
}

function rollbackBlocks({ rollback }: Effect): Block[] {
  if (rollback === undefined) return [item('no rollback is planned, so none was rehearsed')];
  return [
    ...rollback.steps.flatMap((step, index) => stepBlocks(`rollback ${index + 1}`, step)),
    rollback.equal
      ? item('after the rollback the tree was equal to the one before')
      : rollback.unclear === true
        ? alarm('WHETHER THE ROLLBACK RESTORES THE TREE CANNOT BE TOLD from a preview with this limit; in the preview there was left:')
        : alarm('AFTER THE ROLLBACK THE TREE WAS NOT EQUAL to the one before:'),
    ...rollback.left.map((line) => item(`  ${visible(line)}`)),
  ];
}

/** File names and contents come from the action, so they are made visible. */
function effectBlocks(effect: Effect): Block[] {
  const { changes, omitted, incomplete, caveats = [], steps } = effect;
  return [
    ...caveats.map((caveat) => alarm(`A LIMIT OF THIS PREVIEW, not of the run: ${visible(caveat)}`)),
    ...steps.flatMap((step, index) => stepBlocks(`step ${index + 1}`, step)),
    ...quiet(effect).map(item),
    ...(changes.length === 0 ? [item('no file was created, changed or deleted')] : changes.flatMap(changeBlocks)),
    ...(omitted > 0 ? [item(`and ${omitted} changes more`)] : []),
    ...incomplete.map((problem) => alarm(`NOT MEASURED: ${visible(problem)}`)),
    ...rollbackBlocks(effect),
  ];
}

function bindingLine(bound: boolean, unbound: string | undefined): string {
  if (bound) return 'bound to your approval: if the effect is another when it is executed, nothing is put in place';
  return `nothing is bound to your approval${unbound === undefined ? '' : `: ${visible(unbound)}`}`;
}

/** What a preview found. `bound`: the effect is a part of the plan, so an approval covers it; undefined where nobody approves. */
export function previewBlocks(report: PreviewReport, bound: boolean | undefined): Block[] {
  if (report.state === 'not_previewable') return [item(`not previewable: ${visible(report.why)}`)];
  const { effect, effectDigest, runs, agreed, unbound } = report;
  const both = agreed ? item('two runs had the same effect') : alarm('TWO RUNS HAD DIFFERENT EFFECTS: what is below is the first');
  return [
    item(`ran in a throw-away copy, without network; effect ${shortDigest(effectDigest)}`),
    ...(runs === 1 ? [] : [both]),
    ...(bound === undefined ? [] : [item(bindingLine(bound, unbound))]),
    ...effectBlocks(effect),
  ];
}
