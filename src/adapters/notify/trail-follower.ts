import type { FSWatcher } from 'node:fs';
import { watch } from 'node:fs';
import { appendFile, mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { AuditRecord } from '../../domain/trail/records.js';
import type { ProposalDocument } from '../../domain/action/proposal.schema.js';
import { digestWords } from '../../domain/text/digest-words.js';
import { reviewText } from '../../domain/review/text.js';
import { shorten, visible } from '../../domain/text/visible.js';
import type { Notification, Notifier } from './script-notifier.js';
import type { Cursor } from './trail-reader.js';
import { beginning, parseCursor, readOn } from './trail-reader.js';

export interface FollowerSettings {
  readonly proposalsFile: string;
  readonly cursorFile: string;
  readonly approvalQueueFile: string;
  readonly notify?: Notifier | undefined;
  readonly pollMilliseconds?: number;
  readonly onError: (error: unknown) => void;
}

/** Which records people hear about, and under which name. */
const events: Readonly<Record<string, string>> = {
  action_proposed: 'requested',
  // With the digest that an approval must name from now on.
  action_previewed: 'previewed',
  approval_reminder: 'reminder',
  approval_escalated: 'escalation',
  deadline_extended: 'extended',
  action_approved: 'decided',
  action_rejected: 'decided',
  action_expired: 'expired',
  action_completed: 'completed',
  action_failed: 'failed',
  action_rolled_back: 'rolled_back',
  action_rollback_failed: 'rollback_failed',
  action_interrupted: 'indeterminate',
  action_cancelled: 'cancelled',
  action_stale: 'stale',
  action_suspended: 'suspended',
};

const text = (value: unknown) => (typeof value === 'string' ? visible(value) : '');

/** A proposal that was too long for its record is there as a digest: then people read it with the review command. */
function isDocument(value: unknown): value is ProposalDocument {
  return typeof value === 'object' && value !== null && 'proposal_id' in value;
}

/** Longest review in a notification, in characters: made visible and in JSON it must fit into one argument (128 KiB). */
const reviewLengthMax = 20_000;

const isDigest = (value: unknown): value is string => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);

function reviewOf(record: AuditRecord, document: ProposalDocument): { readonly review?: string } {
  const { digest, deadline } = record as { digest?: unknown; deadline?: unknown };
  try {
    const review = reviewText({
      document,
      ...(isDigest(digest) && { digest }),
      ...(typeof deadline === 'string' && { deadline: new Date(deadline) }),
      now: new Date(record.timestamp),
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

/** Whole for programs, in words for people to compare; nothing where it is no digest. */
function digestsOf({ digest }: AuditRecord): Pick<Notification, 'digest' | 'digest_words'> {
  if (typeof digest !== 'string') return {};
  return { digest: visible(digest), ...(isDigest(digest) && { digest_words: digestWords(digest) }) };
}

/** The notification that a record of the trail stands for; undefined where nobody needs to hear of it. Pure. */
export function toNotification(record: AuditRecord): Notification | undefined {
  const known = Object.hasOwn(events, record.event_type) ? events[record.event_type] : undefined;
  const event = record['timed_out'] === true ? 'expired' : known;
  const id: unknown = record.action_id;
  if (event === undefined || typeof id !== 'string') return undefined;
  return {
    schema: 'janus.notification/v1',
    event,
    event_id: record.id,
    proposal_id: visible(id),
    vessel_id: text(record.vessel_id),
    timestamp: record.timestamp,
    action_type: text(record['action_type']),
    risk_level: text(record['risk_level']),
    summary: shorten(text(record.summary), 200),
    status: text(record['status']),
    ...digestsOf(record),
    ...(typeof record['deadline'] === 'string' && { expires_at: visible(record['deadline']) }),
    ...(event === 'requested' && isDocument(record['proposal']) && reviewOf(record, record['proposal'])),
    review_command: `ubos review ${visible(id)}`,
    approve_command: `ubos approve ${visible(id)}`,
    reject_command: `ubos reject ${visible(id)} --reason '...'`,
  };
}

async function writeAtomically(file: string, content: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.tmp`, content, { mode: 0o640 });
  await rename(`${file}.tmp`, file);
}

/** A busy trail gets a line every few milliseconds: those of one moment are told together. */
const gatherMilliseconds = 50;

const queueLine = (notification: Notification) => `${JSON.stringify(notification)}\n`;

/** The queue is a projection: removed by the seed's procedure or by hand, it is made again from the trail, and nobody is told twice. */
async function rebuildQueue({ proposalsFile, approvalQueueFile }: FollowerSettings, upTo: Cursor): Promise<void> {
  const told: Notification[] = [];
  for (let from = beginning; ;) {
    const { records, cursor, goesOn } = await readOn(proposalsFile, from);
    // A cursor that names no file stands in the oldest one.
    const isThere = from === beginning && upTo.segment === '' ? true : records[0]?.end.segment === upTo.segment;
    for (const { record, end } of records) {
      if (isThere && end.offset > upTo.offset) continue;
      told.push(...[toNotification(record) ?? []].flat());
    }
    if (isThere || !goesOn) break;
    from = cursor;
  }
  await writeAtomically(approvalQueueFile, told.map(queueLine).join(''));
}

/**
 * Follows the trail with a cursor of its own: appends one line per event to the approval queue and tells people. No workflow ever waits for
 * it. A crash repeats what was told since the cursor was last saved, with the same `event_id`s.
 */
export function followTrail(settings: FollowerSettings): { close(): Promise<void> } {
  const { proposalsFile, cursorFile, approvalQueueFile, notify, pollMilliseconds = 1_000, onError } = settings;
  let closed = false;
  let changed = false;
  let cursor: Cursor | undefined;
  let wake = () => undefined as void;

  const step = async () => {
    cursor ??= parseCursor(await readFile(cursorFile, 'utf8').catch(() => ''));
    if ((await stat(approvalQueueFile).catch((): undefined => undefined)) === undefined) await rebuildQueue(settings, cursor);
    for (let goesOn = true; goesOn && !closed;) {
      const read = await readOn(proposalsFile, cursor);
      const before: Cursor = cursor;
      try {
        for (const { record, end } of read.records) {
          const notification = toNotification(record);
          if (notification === undefined) continue;
          await appendFile(approvalQueueFile, queueLine(notification), { mode: 0o640 });
          await notify?.(notification);
          // Told is told: a failure at the next one must not tell it again.
          cursor = end;
        }
        cursor = read.cursor;
      } finally {
        if (JSON.stringify(cursor) !== JSON.stringify(before)) await writeAtomically(cursorFile, JSON.stringify(cursor));
      }
      goesOn = read.goesOn;
    }
  };

  const loop = async () => {
    await mkdir(dirname(proposalsFile), { recursive: true });
    const watcher: FSWatcher = watch(dirname(proposalsFile), (_event, name) => {
      // Its own files and the other logs lie there too.
      if (name !== null && name !== basename(proposalsFile)) return;
      changed = true;
      wake();
    });
    watcher.on('error', onError);
    while (!closed) {
      changed = false;
      await step().catch(onError);
      await pause(gatherMilliseconds);
      if (changed) continue;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, pollMilliseconds);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
        if (closed) wake();
      });
    }
    watcher.close();
  };
  const ended = loop().catch(onError);
  return {
    close: async () => {
      closed = true;
      wake();
      await ended;
    },
  };
}
