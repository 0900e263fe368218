import type { JanusConfig } from '../../../config/config.js';
import type { ApprovalPolicy } from '../../../domain/approval/terms.js';
import { personOf } from '../../../domain/approval/rules.js';
import { visible } from '../../../domain/text/visible.js';
import type { Context } from '../../command.js';
import { wrap } from '../../terminal/output.js';

type Policy = Pick<ApprovalPolicy, 'groups' | 'selfApproval'>;

/** A fresh configuration: its one name stands for whoever is there. */
const placeholder = 'first_citizen';
const fresh: Policy = { groups: { [placeholder]: [placeholder] }, selfApproval: 'forbidden' };

const isIn = ({ groups }: Policy, name: string) =>
  Object.values(groups).some((members) => members.some((each) => personOf(each) === personOf(name)));

const isNamed = (name: string, names: readonly string[]) => names.some((each) => personOf(each) === personOf(name));

/** Of those who recommend and decide nothing (spec T7, C7): the first group of all decides what no rule is about. */
const recommending = 'trinity';

function groupsWith(name: string, { groups }: Policy, recommenders: readonly string[]): readonly (readonly [string, readonly string[]])[] {
  const entries = Object.entries(groups);
  const [first = [placeholder, []] as const, ...rest] = entries;
  if (isIn({ groups, selfApproval: 'forbidden' }, name)) return entries;
  if (isNamed(name, recommenders))
    return Object.entries({ ...(entries.length === 0 ? fresh.groups : groups), [recommending]: [...(groups[recommending] ?? []), name] });
  return [[first[0], [...first[1].filter((each) => each !== placeholder), name]], ...rest];
}

/** Nobody else is in any group of theirs: whatever asks such a group asks them. */
const isAlone = (name: string, groups: ReturnType<typeof groupsWith>) =>
  groups.every(([, members]) => !members.some((each) => personOf(each) === personOf(name)) || new Set(members.map(personOf)).size === 1);

const scalar = (word: string) => (/^[A-Za-z_/][\w.@/-]*$/.test(word) ? word : JSON.stringify(word));
const flow = (words: readonly string[]) => `[${words.map(scalar).join(', ')}]`;

/** What is known of the configuration; nothing where it cannot be read. */
type Known =
  | {
      readonly approvals: Policy;
      readonly paths: Pick<JanusConfig['paths'], 'allowedSigners' | 'revokedSigners'>;
      readonly modes: Pick<JanusConfig['modes'], 'recommenders'>;
    }
  | undefined;

const recommendersIn = (known: Known) => known?.modes.recommenders ?? [];

/**
 * `approvals` of agent.yaml with this person in it; where nobody else is, with what lets one person both propose and approve. It names the files of
 * keys as well: put in place of what stands there, it must not send Janus to others.
 */
export function groupYaml(name: string, known: Known): string {
  const groups = groupsWith(name, known?.approvals ?? fresh, recommendersIn(known));
  const alone = !isNamed(name, recommendersIn(known)) && isAlone(name, groups);
  return [
    'approvals:',
    ...(known === undefined
      ? []
      : [`  allowed_signers: ${scalar(known.paths.allowedSigners)}`, `  revoked_signers: ${scalar(known.paths.revokedSigners)}`]),
    '  groups:',
    ...groups.map(([group, members]) => `    ${group}: ${flow(members.map((each) => visible(each)))}`),
    ...(alone ? ['  self_approval: allowed # the default is forbidden: nobody approves what they proposed'] : []),
  ].join('\n');
}

/** What agent.yaml still lacks before this key lets its person approve something; nothing where it lacks nothing. */
export function explainGroup(name: string, known: Known, context: Context): void {
  const policy = known?.approvals ?? fresh;
  const recommenders = recommendersIn(known);
  const alone =
    policy.selfApproval === 'forbidden' && !isNamed(name, recommenders) && isAlone(name, groupsWith(name, policy, recommenders));
  if (isIn(policy, name) && !alone) return;
  const why = [
    ...(isIn(policy, name) ? [] : [`${visible(name)} is in no group of agent.yaml yet, so the key decides nothing.`]),
    ...(alone
      ? [
          `With nobody else in a group, ${visible(name)} can approve nothing that ${visible(name)} proposed; either name another person, or allow it.`,
        ]
      : []),
  ];
  const lines = groupYaml(name, known).replaceAll(/^/gm, '    ');
  context.stderr.write(
    `${wrap(`  ${why.join(' ')} In agent.yaml, beside what else stands there under approvals:`, context.columns, 2)}\n${lines}\n`,
  );
}
