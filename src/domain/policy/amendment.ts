import type { EntryOf } from '../trail/records.js';
import { trailEvent } from '../trail/events.js';
import type { Sha256 } from '../text/canonical.js';
import { canonicalJson } from '../text/canonical.js';
import { shorten } from '../text/visible.js';
import type { SignedWord } from '../modes/evidence.js';
import type { Adopted } from './adopted.js';
import type { PolicyDifference, PolicyRule } from './rule.js';
import { comparePolicies, differenceText } from './rule.js';

/** The name of a policy: 64 hex digits over all that it says. How its rules are compared is no part of it. */
export function policyDigest(sha256: Sha256, rules: readonly PolicyRule[]): string {
  const said = rules.map(({ key, value }) => [key, value]);
  return sha256(`janus.security-policy.v1\0${canonicalJson(said.sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)))}`);
}

export interface Amendment {
  readonly policy: string;
  readonly rules: readonly PolicyRule[];
  /** Under which the vessel ran before; undefined: this is the first. */
  readonly before: Adopted | undefined;
  /** What that says; undefined where nobody has it any more. */
  readonly rulesBefore: readonly PolicyRule[] | undefined;
  /** Of the documents that say it, where it has to be kept to until another one is adopted. */
  readonly documents?: string | undefined;
  /** The review that let it take effect, though it is looser. */
  readonly review?: {
    readonly proposal: string;
    readonly rationale: string;
    readonly orders: readonly SignedWord[];
    readonly nonce: string;
  };
}

/** What changed; where nobody knows what was there before, that alone, and it counts as looser (spec C7). */
export function amendmentDifferences({
  before,
  rules,
  rulesBefore,
}: Pick<Amendment, 'before' | 'rules' | 'rulesBefore'>): readonly PolicyDifference[] {
  if (before === undefined) return [];
  return rulesBefore === undefined
    ? [{ key: 'policy', from: 'not kept', to: 'this one', effect: 'looser' }]
    : comparePolicies(rulesBefore, rules);
}

/** Of each kind; an auditor compares the kept policies for more. */
const differencesMax = 64;

/** The differences in words, as records have them: the first of each kind, and how many there are. */
export function differenceFields(differences: readonly PolicyDifference[]) {
  const of = (effect: PolicyDifference['effect']) => differences.filter((each) => each.effect === effect).map(differenceText);
  const [looser, stricter] = [of('looser'), of('stricter')];
  const list = (texts: readonly string[]) => texts.slice(0, differencesMax).map((text) => shorten(text, 400));
  return { looser: list(looser), stricter: list(stricter), looser_count: looser.length, stricter_count: stricter.length };
}

/** "2 looser, 0 stricter: tools: + curl". */
export function differenceWords({
  looser,
  stricter,
  looser_count: more,
  stricter_count: less,
}: ReturnType<typeof differenceFields>): string {
  const first = looser[0] ?? stricter[0];
  return `${more} looser, ${less} stricter${first === undefined ? '' : `: ${first}`}`;
}

/** The record that a policy is adopted. Its id is that of this step and no other, so that a repeated start adds nothing. */
export function amendmentEntry(sha256: Sha256, amendment: Amendment): EntryOf<'mission_log'> {
  const { policy, before, documents, review } = amendment;
  const fields = differenceFields(amendmentDifferences(amendment));
  const words = before === undefined ? 'the first policy' : differenceWords(fields);
  return {
    id: `policy/${sha256(`${before?.record ?? ''}\0${policy}`).slice(0, 16)}`,
    eventType: trailEvent.policyAdopted,
    summary: shorten(`policy ${policy.slice(0, 12)}, ${words}`, 400),
    data: {
      policy,
      of: before?.policy ?? null,
      amendments: documents === undefined ? 'recorded' : 'required',
      ...(documents !== undefined && { documents }),
      ...fields,
      ...review,
    },
  };
}
