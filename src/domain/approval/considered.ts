import { trailEvent } from '../trail/events.js';
import type { AuditRecord } from '../trail/records.js';

/*
 * For how long people had before them what they decided, as their program measured it: whether approving has become a habit. A
 * claim of the client, like the name of whoever sent it; nothing is decided by it.
 */

/** One decision of one person; without seconds where nobody measured: a script, a signal, the web UI. */
export interface Considered {
  readonly risk: string;
  readonly seconds: number | undefined;
}

/** How decisions about one risk were taken. */
export interface Pace {
  /** All of them, measured or not. */
  readonly decisions: number;
  readonly measured: number;
  /** Undefined where none was measured. */
  readonly medianSeconds: number | undefined;
  /** Of the last ten that were measured, those that took less than three seconds; 0 for low risk, which one key may decide. */
  readonly hasty: number;
}

const hastySeconds = 3;
const lastOnes = 10;

const secondsOf = (value: unknown) => (typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined);

/** The decisions of people that a record of the trail stands for: approvals that started it, or the word that ended it. */
export function consideredIn(record: AuditRecord): readonly Considered[] {
  const { event_type: event, risk_level: level, considered_seconds: seconds, assurance } = record;
  const risk = typeof level === 'string' ? level : 'unknown';
  // Nobody looked where a mode consented.
  if (assurance === 'mode') return [];
  if (event === trailEvent.actionApproved) {
    const persons = Array.isArray(record.approved_by) ? record.approved_by.length : 0;
    const all: readonly unknown[] = Array.isArray(seconds) ? seconds : [];
    return Array.from({ length: persons }, (_, index) => ({ risk, seconds: secondsOf(all[index]) }));
  }
  // Silence at the deadline rejects too, and nobody looked then.
  const isWord = event === trailEvent.actionRejected && typeof record.decided_by === 'string' && record.timed_out !== true;
  return isWord ? [{ risk, seconds: secondsOf(seconds) }] : [];
}

function medianOf(seconds: readonly number[]): number | undefined {
  return [...seconds].sort((a, b) => a - b)[Math.ceil(seconds.length / 2) - 1];
}

function pace(risk: string, all: readonly Considered[]): Pace {
  const measured = all.flatMap(({ seconds }) => (seconds === undefined ? [] : [seconds]));
  const hasty = risk === 'low' ? 0 : measured.slice(-lastOnes).filter((seconds) => seconds < hastySeconds).length;
  return { decisions: all.length, measured: measured.length, medianSeconds: medianOf(measured), hasty };
}

/** By risk, from decisions in the order in which they were taken. */
export function paceByRisk(all: readonly Considered[]): Readonly<Record<string, Pace>> {
  const risks = [...new Set(all.map(({ risk }) => risk))].sort();
  return Object.fromEntries(
    risks.map((risk) => [
      risk,
      pace(
        risk,
        all.filter((each) => each.risk === risk),
      ),
    ]),
  );
}
