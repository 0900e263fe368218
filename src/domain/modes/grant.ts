import type { RiskLevel } from '../action/proposal.js';
import type { Ceiling, Mode } from './mode.js';
import { isHigher } from './mode.js';

/** That a mode consents in the place of people, frozen into the terms of a proposal at its review (spec T7): the digest covers it. */
export interface ModeGrantTerms {
  /** The least mode that may start it. */
  readonly mode: 'beta' | 'omega';
  /** `playbook`: people approved its very content beforehand; `novel`: nobody has. */
  readonly kind: 'playbook' | 'novel';
  readonly playbook?: PlaybookName;
  /** How long people have to object first. 0: it starts at once. */
  readonly vetoSeconds: number;
}

export interface PlaybookName {
  readonly id: string;
  /** Of its content. */
  readonly hash: string;
}

/** What a configuration says of it; each role reads its own. */
export interface GrantSettings {
  /** `operational_mode`. */
  readonly ceiling: Ceiling;
  /** `modes.exclude`: types of action that people look at in every mode. */
  readonly exclude: readonly string[];
  /** `modes.veto_minutes`. */
  readonly vetoSeconds: number;
  /** `playbooks.auto_approve`. */
  readonly playbooksRun: boolean;
  /** Tools that take a script: what their arguments do cannot be told. */
  readonly shells: readonly string[];
}

/** What is known of a proposal, by whoever judges it. */
export interface GrantSubject {
  readonly risk: RiskLevel;
  readonly actionType: string;
  /** Whether the vessel's own thinking cycle proposed it, by the brain's signature. */
  readonly isOwn: boolean;
  /** Where text came from that somebody else could have written, and that it rests on (spec T5). */
  readonly outsideSources: readonly string[];
  /** Of all that may run, undoing included. */
  readonly tools: readonly string[];
  readonly dryRun: boolean;
  /** Absent: it is of no playbook. `problem`: why that is not approved, with this very content. */
  readonly playbook?: PlaybookName & { readonly problem: string | undefined };
}

/** Orders to the vessel, and the rules that it lives under: those who decide here are people, whatever is configured. */
const peoplesOwn: ReadonlySet<string> = new Set(['mode', 'policy', 'resume', 'controls', 'flag', 'approval', 'approvals', 'keys']);

type Rule = (subject: GrantSubject, settings: GrantSettings) => string | undefined;

/** What keeps it for people, in every mode. */
const rules: readonly Rule[] = [
  ({ isOwn }) => (isOwn ? undefined : 'the vessel did not propose it'),
  ({ risk }) => (risk === 'low' || risk === 'medium' ? undefined : 'its risk is high'),
  ({ outsideSources: [source] }) => (source === undefined ? undefined : `it rests on text from outside: ${source}`),
  ({ actionType }) => (peoplesOwn.has(actionType) ? `actions of type ${actionType} are for people` : undefined),
  ({ actionType }, { exclude }) => (exclude.includes(actionType) ? `modes.exclude names ${actionType}` : undefined),
  ({ dryRun }) => (dryRun ? 'it is a dry run' : undefined),
  ({ playbook }) => playbook?.problem,
  ({ playbook }, { playbooksRun }) => (playbook === undefined || playbooksRun ? undefined : 'playbooks.auto_approve is false'),
  // What is approved with a playbook is its script, too.
  ({ playbook, tools }, { shells }) => {
    const shell = playbook === undefined ? tools.find((tool) => shells.includes(tool)) : undefined;
    return shell === undefined ? undefined : `${shell} takes a script, and nobody can say what that does`;
  },
];

/**
 * What a mode may consent to in the place of people, or why nothing (spec T7). Pure: asked at review, at the start, and by hands with what they know.
 * A playbook that is not approved is no novel action: people have written it down, and have not said yes.
 */
export function grantFor(subject: GrantSubject, settings: GrantSettings): ModeGrantTerms | { readonly why: string } {
  for (const rule of rules) {
    const why = rule(subject, settings);
    if (why !== undefined) return { why };
  }
  const { playbook, risk } = subject;
  const grant: ModeGrantTerms =
    playbook === undefined
      ? { mode: 'omega', kind: 'novel', vetoSeconds: risk === 'low' ? 0 : settings.vetoSeconds }
      : { mode: 'beta', kind: 'playbook', playbook: { id: playbook.id, hash: playbook.hash }, vetoSeconds: 0 };
  return isHigher(grant.mode, settings.ceiling)
    ? { why: `operational_mode allows ${settings.ceiling}, and it takes ${grant.mode}` }
    : grant;
}

/** Why what was frozen is more than what would be granted now; undefined where it is not. */
export function whyLooser(frozen: ModeGrantTerms, now: ModeGrantTerms | { readonly why: string }): string | undefined {
  if ('why' in now) return now.why;
  const isSame = frozen.kind === now.kind && frozen.playbook?.id === now.playbook?.id && frozen.playbook?.hash === now.playbook?.hash;
  if (!isSame) return `it was frozen as ${frozen.kind}, and is ${now.kind}`;
  if (isHigher(now.mode, frozen.mode)) return `it takes ${now.mode}, and was frozen for ${frozen.mode}`;
  if (now.vetoSeconds > frozen.vetoSeconds) return `people have ${now.vetoSeconds} s to object, and ${frozen.vetoSeconds} s were frozen`;
  return undefined;
}

/** Why this mode does not consent; undefined where it does. */
export const whyTooLow = ({ mode: needed }: ModeGrantTerms, mode: Mode): string | undefined =>
  isHigher(needed, mode) ? `it takes ${needed}, and the mode is ${mode}` : undefined;
