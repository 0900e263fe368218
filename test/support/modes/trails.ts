import type { Order } from '../../../src/domain/approval/order.js';
import type { ModeTrail, SignedWord } from '../../../src/domain/modes/evidence.js';
import type { Voices } from '../../../src/domain/modes/conditions.js';
import { wholeTrail } from '../../../src/domain/modes/kept.js';
import { charter, day } from '../../../src/domain/modes/settings.js';
import type { ModeView } from '../../../src/domain/modes/view.js';
import { viewMode } from '../../../src/domain/modes/view.js';
import { snakeKeys } from '../../../src/domain/text/key-case.js';
import { createDecided } from '../../../src/domain/trail/mode/decided.js';
import { createVesselTrail } from '../../../src/domain/trail/mode/vessel.js';
import type { AuditRecord } from '../../../src/domain/trail/records.js';
import { orderSigned } from '../vessel/orders.js';

export const dayOne = Date.UTC(2026, 0, 1);
export const trinity: Voices = { recommenders: ['claude', 'gemini', 'codex'] };
export const isoOf = (at: number): string => new Date(at).toISOString();

/** Signed in that moment, by somebody whom `testKeys` believes. */
export function wordAt(at: number, order: Omit<Order, 'reason'>): SignedWord {
  const times = { issued_at: isoOf(at), expires_at: isoOf(at + day) };
  const { by, key, statement, signature } = orderSigned({ ...order, reason: 'as the figures say' }, times);
  return { by, key, statement, signature };
}

/** Writes the records of a vessel's life into both logs, as the brain does, without a disk. */
export function aLife(start = dayOne) {
  const projections = { mission_log: createVesselTrail(), proposals: createDecided() };
  const seqs = { mission_log: 0, proposals: 0 };
  let ids = 0;
  const write = (log: keyof typeof seqs, at: number, type: string, change: Partial<AuditRecord> = {}): AuditRecord => {
    const seq = seqs[log];
    seqs[log] += 1;
    const id = `${type}/${log}/${seq}`;
    const head = {
      timestamp: isoOf(at),
      vessel_id: 'balaur',
      event_type: type,
      summary: '',
      v: 1 as const,
      log,
      seq,
      id,
      prev: `${log}-${seq}`,
    };
    const record = { ...head, ...change };
    projections[log].apply(record);
    return record;
  };
  const nextId = () => `janus-${String((ids += 1)).padStart(12, '0')}`;
  const propose = (at: number, change: object = {}) => {
    const action_id = nextId();
    write('proposals', at, 'action_proposed', { action_id, proposer_assurance: 'brain', ...change });
    return action_id;
  };
  const standing = () => life.trail().vessel.changes.at(-1)?.id ?? 'mode-initial';
  const life = {
    write,
    propose,
    trail: (): ModeTrail => wholeTrail(projections.mission_log.snapshot(), projections.proposals.snapshot()),
    view: (now: number, settings = charter): ModeView => viewMode(life.trail(), { settings, voices: trinity, now }),
    cycle: (at: number) => void write('mission_log', at, 'thinking_cycle'),
    cycles(from: number, days: number) {
      for (let each = 0; each <= days; each += 1) life.cycle(from + each * day);
    },
    approve(at: number, change: object = {}) {
      const action_id = propose(at);
      write('proposals', at, 'action_approved', { action_id, id: `${action_id}/approved`, assurance: 'signed', ...change });
      return action_id;
    },
    reject(at: number, change: object = {}) {
      const action_id = propose(at);
      write('proposals', at, 'action_rejected', { action_id, decided_by: 'ana', assurance: 'signed', ...change });
      return action_id;
    },
    expire: (at: number) => void write('proposals', at, 'action_expired', { action_id: propose(at), timed_out: true }),
    decide(at: number, approved: number, rejected: number) {
      for (let each = 0; each < approved; each += 1) life.approve(at);
      for (let each = 0; each < rejected; each += 1) life.reject(at);
    },
    violate: (at: number, change: object = {}) => void write('mission_log', at, 'constitutional_violation', { kind: 'test', ...change }),
    vote(at: number, by: string, change: object = {}) {
      const of = standing();
      const word = wordAt(at, { kind: 'recommend', by, of, verdict: 'yes' });
      write('mission_log', at, 'mode_recommended', { ...word, of, verdict: 'yes', ...change });
    },
    change(at: number, to: string, change: object = {}) {
      const { vessel, proposals } = life.trail();
      const of = standing();
      const isUp = to === 'beta' || to === 'omega';
      const orders = [wordAt(at, isUp ? { kind: 'authorise', by: 'ana', of, mode: to } : { kind: 'restore', by: 'ana', of })];
      const rests_on = { mission_log: vessel.position, proposals: proposals.position };
      const from = vessel.changes.at(-1)?.to ?? 'alpha';
      write('mission_log', at, 'mode_change', {
        mode_id: `mode-${seqs.mission_log}`,
        from,
        to,
        rests_on,
        settings: snakeKeys(charter),
        ...trinity,
        orders,
        ...change,
      });
    },
    /** Thirty days of alpha without a fault, and beta. Returns when. */
    toBeta(from = start) {
      life.cycles(from, 30);
      life.decide(from + 29 * day, 60, 0);
      life.change(from + 30 * day, 'beta');
      return from + 30 * day;
    },
    toOmega() {
      const beta = life.toBeta();
      life.cycles(beta, 173);
      for (const by of trinity.recommenders) life.vote(beta + 173 * day, by);
      life.cycles(beta + 174 * day, 6);
      life.decide(beta + 180 * day, 60, 0);
      life.change(beta + 180 * day, 'omega');
      return beta + 180 * day;
    },
  };
  return life;
}

export const missed = ({ conditions }: ModeView): readonly string[] => conditions.filter(({ met }) => !met).map(({ rule }) => rule);
