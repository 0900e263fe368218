import type { ProposalDocument } from '../action/proposal.schema.js';
import { outsideMark } from '../review/outside-text.js';
import { reviewText } from '../review/text.js';
import { digestWords } from '../text/digest-words.js';
import { shorten, visible } from '../text/visible.js';
import { trailEvent } from './events.js';
import { meaningOf } from './meanings.js';
import type { AuditRecord } from './records.js';

/** What people are told about a waiting proposal: the fields of the seed's script, and what later readers need (spec A6, A7). */
export interface Notification {
  readonly schema: 'janus.notification/v1';
  readonly event: string;
  /** Equal for the same event, however often it is told. */
  readonly event_id: string;
  readonly proposal_id: string;
  readonly vessel_id: string;
  readonly timestamp: string;
  readonly action_type: string;
  readonly risk_level: string;
  readonly summary: string;
  readonly status: string;
  readonly digest?: string;
  /** Its first 128 bits in words, to compare with those on the screen that decides. */
  readonly digest_words?: string;
  readonly expires_at?: string;
  /** The review text, where a decision is asked for (spec A5). */
  readonly review?: string;
  readonly review_command: string;
  readonly approve_command: string;
  readonly reject_command: string;
}

const text = (value: unknown) => (typeof value === 'string' ? visible(value) : '');

/** A proposal that was too long for its record is there as a digest: then people read it with the review command. */
function isDocument(value: unknown): value is ProposalDocument {
  return typeof value === 'object' && value !== null && 'proposal_id' in value;
}

/** Longest review in a notification, in characters: made visible and in JSON it must fit into one argument (128 KiB). */
const reviewLengthMax = 20_000;

const isDigest = (value: unknown): value is string => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);

function reviewOf(record: AuditRecord, document: ProposalDocument): { readonly review?: string } {
  const { deadline, timestamp } = record;
  const { digest } = digestsOf(record);
  try {
    const review = reviewText({
      document,
      digest: isDigest(digest) ? digest : undefined,
      deadline: typeof deadline === 'string' ? deadline : undefined,
      now: new Date(timestamp),
      status: 'proposed',
      warnings: [],
      violations: [],
    });
    return { review: shorten(review, reviewLengthMax) };
  } catch {
    // No proposal after all, in a line that nobody of us wrote.
    return {};
  }
}

/** The digest that an approval may name, whole for programs, in words for people to compare; nothing where a preview is yet to say which. */
function digestsOf({ digest, preview_follows: previewFollows }: AuditRecord): Pick<Notification, 'digest' | 'digest_words'> {
  if (typeof digest !== 'string' || previewFollows === true) return {};
  return { digest: visible(digest), ...(isDigest(digest) && { digest_words: digestWords(digest) }) };
}

/** The notification that a record of the trail stands for; undefined where nobody needs to hear of it. */
export function toNotification(record: AuditRecord): Notification | undefined {
  const { told } = meaningOf(record.event_type) ?? {};
  // Silence may be called a rejection (`auto_reject_on_timeout`); people hear that nobody decided.
  const event = record.timed_out === true ? meaningOf(trailEvent.actionExpired)?.told : told;
  const id: unknown = record.action_id;
  if (event === undefined || typeof id !== 'string') return undefined;
  return {
    schema: 'janus.notification/v1',
    event,
    event_id: record.id,
    proposal_id: visible(id),
    vessel_id: text(record.vessel_id),
    timestamp: record.timestamp,
    action_type: text(record.action_type),
    risk_level: text(record.risk_level),
    summary: shorten(visible(outsideMark(record.proposal)) + text(record.summary), 200),
    status: text(record.status),
    ...digestsOf(record),
    ...(typeof record.deadline === 'string' && { expires_at: visible(record.deadline) }),
    ...(record.event_type === trailEvent.actionProposed && isDocument(record.proposal) && reviewOf(record, record.proposal)),
    review_command: `ubos review ${visible(id)}`,
    approve_command: `ubos approve ${visible(id)}`,
    reject_command: `ubos reject ${visible(id)} --reason '...'`,
  };
}
