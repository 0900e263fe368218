import { decisionsBehind } from '../../../src/domain/modes/kept.js';
import { charter, day, hour } from '../../../src/domain/modes/settings.js';
import { snakeKeys } from '../../../src/domain/text/key-case.js';
import { writeOrderStatement } from '../../../src/domain/approval/order.js';
import { signatureNamespaces } from '../../../src/domain/approval/statement.js';
import { createDecided } from '../../../src/domain/trail/mode/decided.js';
import type { AuditRecord } from '../../../src/domain/trail/records.js';
import type { SoftKey } from '../proposals/signatures.js';
import { softKey } from '../proposals/signatures.js';
import type { BuiltTrail, Keys } from '../trail/built-trail.js';
import { buildTrail, makeKeys } from '../trail/built-trail.js';
import type { Dice } from '../trail/tampering.js';
import { dayOne, isoOf, trinity } from './trails.js';

const people = ['ana', ...trinity.recommenders] as const;
const keys = new Map<string, SoftKey>(people.map((name) => [name, softKey()]));
/** Of everybody who signs in a random life. */
export const randomSigners = people
  .map((name) => `${name} namespaces="${signatureNamespaces.decision}" ${keys.get(name)?.publicKey}\n`)
  .join('');

interface Says {
  readonly order: 'authorise' | 'restore' | 'recommend';
  readonly of: string;
  readonly mode?: 'beta' | 'omega';
  readonly verdict?: 'yes' | 'no';
}

/** Records of a life that may have gone any way, with what somebody forged among them. */
export interface RandomLife {
  readonly trail: BuiltTrail;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export function randomLife(dice: Dice, turns: number, fingerprintOf: (publicKey: string) => string, heads: Keys = makeKeys()): RandomLife {
  const trail = buildTrail(heads);
  let now = dayOne;
  let [standing, mode, ids] = ['mode-initial', 'alpha', 0];
  const mission = (event: string, data: object = {}) => trail.add('mission_log', { timestamp: isoOf(now), ...data }, event);
  const decided = createDecided();
  let keptUntil = -1;
  const proposals = (event: string, data: object) => {
    trail.add('proposals', { timestamp: isoOf(now), ...data }, event);
    const leaves = trail.leavesOf('proposals');
    const head = { timestamp: isoOf(now), event_type: event, seq: leaves.length - 1, prev: leaves.at(-2) ?? '', id: '' };
    decided.apply({ ...head, ...data } as unknown as AuditRecord);
  };
  const word = (by: string, says: Says, isGood = true) => {
    const times = { issued_at: isoOf(now), expires_at: isoOf(now + day), nonce: String(ids).padStart(32, '0') };
    const statement = writeOrderStatement({ vessel: 'janus-in-test', namespace: 'default', reason: 'x', signer: by, ...times, ...says });
    const key = keys.get(by) as SoftKey;
    return {
      by,
      key: fingerprintOf(key.publicKey),
      statement,
      signature: key.sign(isGood ? statement : `${statement} `, signatureNamespaces.decision),
    };
  };
  const propose = (of: object = {}) => {
    const action_id = `janus-${String((ids += 1)).padStart(12, '0')}`;
    proposals('action_proposed', { action_id, id: `${action_id}/review`, proposer_assurance: dice(12) === 0 ? 'signed' : 'brain', ...of });
    return action_id;
  };
  const approve = (assurance = 'signed') => {
    const action_id = propose();
    proposals('action_approved', { action_id, id: `${action_id}/approved`, assurance, approved_by: ['mode:beta'] });
    if (dice(3) === 0) proposals('action_completed', { action_id, id: `${action_id}/end`, ...(dice(20) === 0 && { dry_run: true }) });
    return action_id;
  };
  const end = (event: string, data: object) => {
    const action_id = propose();
    proposals(event, { action_id, id: `${action_id}/end`, ...data });
  };
  const live = (days: number, hours: number) => {
    for (let each = 0; each < days; each += 1) {
      now += hours * hour;
      mission('thinking_cycle');
    }
  };
  const change = (to: string, isSigned: boolean) => {
    const at = (log: 'mission_log' | 'proposals') => ({ seq: trail.leavesOf(log).length - 1, prev: trail.leavesOf(log).at(-2) ?? '' });
    const isUp = to === 'beta' || to === 'omega';
    const says: Says = isUp ? { order: 'authorise', mode: to, of: standing } : { order: 'restore', of: standing };
    const mode_id = `mode-${(ids += 1)}`;
    const rule = isUp ? 'authorised' : to === 'alpha' && mode === 'manual' ? 'restored' : 'drift';
    mission('mode_change', {
      ...{ mode_id, from: mode, to, rule, of: standing, recommenders: trinity.recommenders },
      rests_on: { mission_log: at('mission_log'), proposals: at('proposals') },
      settings: snakeKeys({ ...charter, ...(dice(4) === 0 && { decidedMin: 40, silenceHoursMax: 30 }) }),
      orders: isSigned ? [word('ana', says, dice(6) > 0)] : [],
    });
    [standing, mode] = [mode_id, to];
  };
  const vote = (by: string, verdict: 'yes' | 'no') =>
    mission('mode_recommended', { of: standing, verdict, ...word(by, { order: 'recommend', of: standing, verdict }, dice(8) > 0) });
  const checkpoint = (isForged = false) => {
    const decisions = decisionsBehind(decided.snapshot(), isForged ? keptUntil + 1 : keptUntil);
    mission('mode_checkpoint', {
      ...{ settings: snakeKeys(charter), recommenders: trinity.recommenders, decisions: snakeKeys(decisions) },
      rests_on: { proposals: decided.snapshot().position },
    });
    if (!isForged) keptUntil = decisions.until;
  };
  let halts = 0;
  const steps: readonly (() => void)[] = [
    () => live(30 + dice(3), 24),
    () => live(1 + dice(90), 24),
    () => live(1 + dice(10), 30 + dice(12)),
    () => void Array.from({ length: 52 + dice(9) }, () => approve()),
    () => void Array.from({ length: dice(12) }, () => approve(['signed', 'partly_signed', 'unsigned', 'mode'][dice(4)])),
    () =>
      void Array.from({ length: 1 + dice(4) }, () =>
        end('action_rejected', {
          decided_by: 'ana',
          assurance: dice(4) === 0 ? 'unsigned' : 'signed',
          ...(dice(5) === 0 && { timed_out: true }),
        }),
      ),
    () => void Array.from({ length: 1 + dice(15) }, () => end('action_expired', { timed_out: true })),
    () => mission('constitutional_violation', { kind: 'test', ...(dice(2) === 0 && { stop: `stop-${(halts += 1)}` }) }),
    () => mission('vessel_resumed', { of: `stop-${halts}` }),
    () => mission(dice(2) === 0 ? 'audit_verify' : 'audit_reconcile', { ok: dice(5) > 0 }),
    () => trinity.recommenders.forEach((by) => vote(by, 'yes')),
    () => vote('codex', dice(3) === 0 ? 'no' : 'yes'),
    () => change('beta', true),
    () => change(['manual', 'alpha', 'beta', 'omega'][dice(4)] as string, dice(2) === 0),
    () => mission('action_flagged', { proposal_id: approve('mode'), assurance: dice(2) === 0 ? 'unsigned' : 'signed' }),
    () => checkpoint(dice(6) === 0),
    () => {
      checkpoint();
      trail.rotate('proposals');
      trail.prune('proposals');
    },
    () => trail.prune('proposals'),
    () => void (now += (dice(60) - 20) * day),
    () => trail.rotate(dice(2) === 0 ? 'mission_log' : 'proposals'),
  ];
  // Half of them begin well, or hardly any would come to beta.
  if (dice(2) === 0) for (const index of [0, 3, 12, 1, 1, 10, 1, 3]) steps[index]?.();
  for (let turn = 0; turn < turns; turn += 1) steps[dice(steps.length)]?.();
  return { trail, now: now + dice(3 * day) };
}
