import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Order } from '../../../src/domain/approval/order.js';
import { writeOrderStatement } from '../../../src/domain/approval/order.js';
import type { SignedWord } from '../../../src/domain/modes/evidence.js';
import { charter, day } from '../../../src/domain/modes/settings.js';
import { snakeKeys } from '../../../src/domain/text/key-case.js';
import { recordsIn } from '../trail/trails.js';
import { lifeIn } from './trail-life.js';
import { isoOf, trinity } from './trails.js';

/** Somebody who signs with a key of the vessel's list. */
export interface Signing {
  readonly vessel: string;
  readonly fingerprint: (name: string) => string;
  readonly sign: (name: string, statement: string) => string;
}

/** The trail of a home as it is after 211 days that end now: beta, omega, and the words of people that both rest on, signed in earnest. */
export async function livesToOmega(home: string, { vessel, fingerprint, sign }: Signing): Promise<void> {
  const life = lifeIn(home, Date.now() - 211 * day);
  const word = (order: Omit<Order, 'reason'>): SignedWord => {
    const { kind, by, of = '', mode, verdict } = order;
    const at = life.clock.now.getTime();
    const statement = writeOrderStatement({
      ...{ vessel, namespace: 'default', order: kind, of, reason: 'as the figures say', signer: by },
      ...{ issued_at: isoOf(at), expires_at: isoOf(at + day), nonce: randomBytes(16).toString('hex') },
      ...(mode !== undefined && { mode }),
      ...(verdict !== undefined && { verdict }),
    });
    return { by, key: fingerprint(by), statement, signature: sign(by, statement) };
  };
  const positionOf = (log: string) => {
    const { seq, prev } = recordsIn(join(home, `${log}.jsonl`)).at(-1)!;
    return { seq, prev };
  };
  const stepUp = (of: string, mode: 'beta' | 'omega', from: string, id: string) =>
    life.write(
      'mission_log',
      'mode_change',
      {
        ...{ mode_id: id, of, from, to: mode, rule: 'authorised', reason: 'as the figures say', by: 'ana', figures: {} },
        ...{ settings: snakeKeys(charter), ...trinity, orders: [word({ kind: 'authorise', by: 'ana', of, mode })] },
        rests_on: { mission_log: positionOf('mission_log'), proposals: positionOf('proposals') },
      },
      `mode/${of}/changed`,
    );
  const [beta, omega] = ['mode-0123456789ab', 'mode-0123456789ac'] as const;
  await life.cycles(30);
  await life.decide(60);
  await stepUp('mode-initial', 'beta', 'alpha', beta);
  await life.cycles(173);
  for (const by of trinity.recommenders) {
    const { by: _by, ...said } = word({ kind: 'recommend', by, of: beta, verdict: 'yes' });
    await life.write('mission_log', 'mode_recommended', { by, ...said, of: beta, verdict: 'yes', reason: 'x' }, `mode/${beta}/by/${by}`);
  }
  await life.cycles(7);
  await life.decide(60);
  await stepUp(beta, 'omega', 'beta', omega);
}
