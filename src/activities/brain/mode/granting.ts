import type { ExecutionPlan } from '../../../domain/action/plan.js';
import type { PermitGrant } from '../../../domain/action/permit.js';
import type { ProposalDocument } from '../../../domain/action/proposal.schema.js';
import type { ModeGrantTerms, PlaybookName } from '../../../domain/modes/grant.js';
import { whyLooser, whyTooLow } from '../../../domain/modes/grant.js';
import type { GrantRecord, SignedGrant } from '../../../domain/modes/grant-record.js';
import { grantText } from '../../../domain/modes/grant-record.js';
import { outsideSourcesOf } from '../../../domain/review/outside-text.js';
import { canonicalJson } from '../../../domain/text/canonical.js';
import { snakeKeys } from '../../../domain/text/key-case.js';
import type { AuditRecord } from '../../../domain/trail/records.js';
import { grantNow } from '../../shared/granting.js';
import type { BrainDependencies } from '../dependencies.js';
import { groundsOf, modeNow, viewNow } from './mode-now.js';

interface Granting {
  readonly document: ProposalDocument;
  readonly plan: ExecutionPlan;
  /** Its thinking cycle proposed it, by the brain's signature. */
  readonly isOwn: boolean;
}

/** What the document says of its playbook: whoever says anything there that cannot be read names one that nobody approved. */
function playbookIn({ metadata = {} }: ProposalDocument): PlaybookName | undefined {
  const { playbook_id: id, playbook_hash: hash } = metadata;
  if (id === undefined && hash === undefined && metadata['source'] !== 'playbook') return undefined;
  return { id: typeof id === 'string' ? id : '', hash: typeof hash === 'string' ? hash : '' };
}

/** What a mode could consent to, as the brain sees it now. */
export async function grantOf(
  deps: BrainDependencies,
  { document, plan, isOwn }: Granting,
): Promise<ModeGrantTerms | { readonly why: string }> {
  const { ceiling, grants } = deps.mode;
  const { tools } = await deps.rules.context();
  const checks = { settings: { ...grants, ceiling }, tools, playbook: deps.playbookConsent };
  return grantNow(checks, { plan, isOwn, outsideSources: outsideSourcesOf(document), playbook: playbookIn(document) });
}

/** Since when people could object: they were asked, and this brain was there to tell them and to hear them. Milliseconds since 1970. */
function askedSince({ mode }: BrainDependencies, records: readonly (AuditRecord | undefined)[]): number {
  const told = records.map((record) => (record === undefined ? 0 : Date.parse(record.timestamp)));
  return Math.max(mode.confirmation.at ?? 0, ...told);
}

/** Whether the terms are those of the review: of what a server hands in, nothing raises what a mode may do. */
const isFrozen = (review: AuditRecord | undefined, { approval }: ExecutionPlan): boolean =>
  canonicalJson((review?.approval as ExecutionPlan['approval'] | undefined)?.grant ?? null) === canonicalJson(approval.grant ?? null);

/** Why no mode consents, which is final; or until when people may still object. */
export type Withheld = { readonly why: string; readonly until?: number };

/** All but the mode itself, which is judged under the append lock: undefined where nothing speaks against it (spec T7). */
export async function whyWithheld(
  deps: BrainDependencies,
  grant: ModeGrantTerms,
  { document, plan }: Omit<Granting, 'isOwn'>,
): Promise<Withheld | undefined> {
  const { proposalId: id } = plan;
  const [review, preview, withheld] = await Promise.all(
    ['review', 'preview', 'withheld'].map((name) => deps.trail.find('proposals', `${id}/${name}`)),
  );
  if (withheld !== undefined) return { why: withheld.summary };
  if (!isFrozen(review, plan)) return { why: 'its terms are not those of its review' };
  const now = await grantOf(deps, { document, plan, isOwn: review?.proposer_assurance === 'brain' });
  const looser = whyLooser(grant, now);
  if (looser !== undefined) return { why: looser };
  const until = askedSince(deps, [review, preview]) + grant.vetoSeconds * 1_000;
  return until > deps.now().getTime() ? { why: 'people may still object', until } : undefined;
}

/** The consent of the mode of this very moment, with what it rests on; or why it does not consent. Asked under the append lock. */
export function consentOfMode(
  deps: BrainDependencies,
  grant: ModeGrantTerms,
  of: { readonly proposalId: string; readonly digest: string },
): SignedGrant | { readonly why: string } {
  const mode = modeNow(deps);
  const why = whyTooLow(grant, mode);
  if (why !== undefined || (mode !== 'beta' && mode !== 'omega')) return { why: why ?? `the mode is ${mode}` };
  const record: GrantRecord = { mode, terms: snakeKeys(grant), ...groundsOf(deps, viewNow(deps)) };
  return { ...record, signature: deps.orders.vouch(grantText({ ...of, vessel: deps.self.vessel }, record)) };
}

/** What hands are told of it, of the record that stands in the trail. */
export function permitGrantOf({ sha256 }: BrainDependencies, signed: SignedGrant): PermitGrant {
  const { mode, rests_on: on } = signed;
  return { mode, missionLog: on.mission_log.seq, proposals: on.proposals.seq, grounds: sha256(canonicalJson(signed)) };
}
