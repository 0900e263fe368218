import type { RiskLevel } from '../action/proposal.js';
import { digestWords, namingDigits } from '../text/digest-words.js';
import type { SectionKind } from './section.js';

/* What stands between a person and an approval, by risk (spec U2): an approval that costs nothing is worth nothing. */

/** What has to happen before the yes of a person who is asked counts. */
export interface Friction {
  /** All of it was shown; else it may be answered at any time. */
  readonly readToEnd: boolean;
  /** These sections are shown once more, before the letters are typed. */
  readonly shownAgain: readonly SectionKind[];
  /** The last letters of the digest in words are typed: high risk is never one key. */
  readonly lettersTyped: number;
}

const frictions: Readonly<Record<RiskLevel, Friction>> = {
  low: { readToEnd: false, shownAgain: [], lettersTyped: 0 },
  medium: { readToEnd: true, shownAgain: [], lettersTyped: 0 },
  high: { readToEnd: true, shownAgain: ['rollback_plan', 'on_failure'], lettersTyped: 4 },
};

export function frictionFor(risk: RiskLevel): Friction {
  return frictions[risk];
}

/**
 * The higher of what the document says and of what the plan says: only the plan's is covered by the digest. What is neither low nor medium counts
 * as high, whatever a server calls it.
 */
export function riskShown(document: { readonly risk_level: unknown }, plan: { readonly risk: unknown } | undefined): RiskLevel {
  const said = [document.risk_level, plan?.risk ?? document.risk_level];
  if (said.every((risk) => risk === 'low')) return 'low';
  return said.every((risk) => risk === 'low' || risk === 'medium') ? 'medium' : 'high';
}

/** What is being consented to, and where. */
export interface Displayed {
  readonly risk: RiskLevel;
  /** All 64 digits. */
  readonly digest: string;
  /** A person sits there and can be asked. */
  readonly canAsk: boolean;
}

/** How a person said yes to it. */
export type Consent =
  /** It was displayed, and they answered; `typed`: the letters. */
  | { readonly how: 'asked'; readonly readToEnd: boolean; readonly typed?: string | undefined }
  /** They were not asked; `named`: the first digits of what they read elsewhere. */
  | { readonly how: 'unasked'; readonly named?: string | undefined };

/**
 * What a desk does before it says yes for a person: `go` on, `ask`, or `refuse` because nobody can be asked and nothing was named. Naming stands
 * for reading; where a person can be asked, high risk is asked for all the same.
 */
export function nextStep({ risk, canAsk }: Omit<Displayed, 'digest'>, named: string | undefined): 'go' | 'ask' | 'refuse' {
  const isNamed = named !== undefined && named.length >= namingDigits;
  if (canAsk) return isNamed && risk !== 'high' ? 'go' : 'ask';
  return isNamed || risk === 'low' ? 'go' : 'refuse';
}

export function lettersToType({ risk, digest }: Pick<Displayed, 'risk' | 'digest'>): string {
  const { lettersTyped } = frictionFor(risk);
  return lettersTyped === 0 ? '' : digestWords(digest).slice(-lettersTyped);
}

/** Stable codes. */
export type ConsentProblem = 'OTHER_DIGEST' | 'NOT_ASKED' | 'NOT_NAMED' | 'NOT_READ' | 'NOT_TYPED';

/** Why this is no consent to what is displayed; undefined where it is. */
export function consentProblem(displayed: Displayed, consent: Consent): ConsentProblem | undefined {
  if (consent.how === 'asked') {
    if (frictionFor(displayed.risk).readToEnd && !consent.readToEnd) return 'NOT_READ';
    const letters = lettersToType(displayed);
    return letters === '' || consent.typed?.trim().toLowerCase() === letters ? undefined : 'NOT_TYPED';
  }
  const { named } = consent;
  if (named !== undefined && !displayed.digest.startsWith(named)) return 'OTHER_DIGEST';
  const step = nextStep(displayed, named);
  if (step === 'ask') return 'NOT_ASKED';
  return step === 'refuse' ? 'NOT_NAMED' : undefined;
}
