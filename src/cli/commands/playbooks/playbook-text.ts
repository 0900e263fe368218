import type { Playbook } from '../../../domain/thinking/playbook.js';
import type { PlaybookConsent } from '../../../domain/thinking/playbook-approval.js';
import { digestWords } from '../../../domain/text/digest-words.js';
import { visible } from '../../../domain/text/visible.js';
import type { Context } from '../../command.js';
import { paint, paintRisk, wrap, wrapCommand } from '../../terminal/output.js';
import { consentWords } from './known-playbooks.js';
import { quoted } from '../../../domain/text/quoted.js';

type Step = Playbook['steps'][number];

const commandOf = ({ tool_name: tool, tool_args: args = [] }: Pick<Step, 'tool_name' | 'tool_args'>) =>
  [tool, ...args].map((word) => visible(quoted(word))).join(' ');

/** Everything of a playbook that its approval covers, as people need to read it. */
export function playbookText(
  { document, trigger, steps, risk, contentHash }: Playbook,
  consent: PlaybookConsent,
  context: Context,
): string {
  const line = (text: string, hanging = 2) => wrap(text, context.columns, hanging);
  const command = (prefix: string, words: string) => wrapCommand(`${prefix}${words}`, context.columns);
  const head = (title: string) => paint(context, 'bold', title);
  const { cooldown, max_runs_per_day: perDay, for_cycles: cycles, expires_at: expires } = document;
  const undo = (rollback: Step['rollback'] = [], indent = '     ') =>
    rollback.map((step) => command(`${indent}undone by: `, commandOf(step)));
  return [
    line(`${head('PLAYBOOK:')} ${document.playbook_id}  ${visible(document.name)}`),
    ...(document.description === '' ? [] : [line(`  ${visible(document.description)}`)]),
    head('FIRES WHEN:'),
    ...trigger.map(({ metric, operator, literal }) => line(`  ${metric} ${operator} ${literal}`, 4)),
    line(
      `  in ${cycles} cycle${cycles === 1 ? '' : 's in a row'}; then not for ${cooldown}, and at most ${perDay} times a day${expires === undefined ? '' : `; never from ${expires} on`}`,
      4,
    ),
    `${head('RISK:')} ${paintRisk(context, risk)}`,
    head('STEPS:'),
    ...steps.flatMap((step, index) => [
      command(`  ${index + 1}. `, commandOf(step)),
      ...(step.expect === undefined ? [] : [line(`     expects ${visible(JSON.stringify(step.expect))}`, 7)]),
      ...undo(step.rollback),
    ]),
    ...undo(document.rollback, '  '),
    ...(document.rollback_plan === '' ? [] : [line(`${head('ROLLBACK PLAN:')} ${visible(document.rollback_plan)}`)]),
    line(`${head('CONTENT:')} ${contentHash}`),
    line(`  in words ${digestWords(contentHash)}`),
    line(`${head('APPROVED BEFOREHAND:')} ${visible(consentWords(consent))}`),
  ].join('\n');
}
