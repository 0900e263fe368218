import { randomBytes } from 'node:crypto';
import type { Order } from '../../../src/domain/approval/order.js';
import type { SignedWord } from '../../../src/domain/modes/evidence.js';
import { writeOrderStatement } from '../../../src/domain/approval/order.js';
import { signatureOf } from '../proposals/approvals.js';

/** An order of somebody whose key `testKeys` believes. */
export function orderSigned(order: Order, change: Readonly<Record<string, unknown>> = {}): Order & SignedWord {
  const { kind, by, reason, of = '', limit, mode, verdict } = order;
  const statement = writeOrderStatement({
    ...{ vessel: 'janus-test', namespace: 'default', order: kind, of, reason, signer: by },
    ...{ issued_at: '2026-01-02T03:00:00.000Z', expires_at: '2190-01-01T00:00:00.000Z', nonce: randomBytes(16).toString('hex') },
    ...(limit !== undefined && { limit }),
    ...(mode !== undefined && { mode }),
    ...(verdict !== undefined && { verdict }),
    ...change,
  });
  return { ...order, key: `SHA256:${by}`, statement, signature: signatureOf('janus-approval@v1', by, statement) };
}

export async function signedOrder(order: Order, change: Readonly<Record<string, unknown>> = {}): Promise<Order> {
  const { key: _, ...signed } = orderSigned(order, change);
  return signed;
}
