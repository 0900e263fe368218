import { randomBytes } from 'node:crypto';
import type { OrderMessage } from '../../contract/orders.js';
import { writeOrderStatement } from '../../domain/approval/order.js';
import { signatureNamespaces } from '../../domain/approval/statement.js';
import type { Sign } from './person.js';
import type { Place } from './sign.js';
import { written } from './sign.js';

/** So long a signed order counts about what still stands: others may have to sign the same. */
const countsMilliseconds = 24 * 3_600_000;

/** The order with its signed statement (spec K1): over what stands now and no other. */
export async function signOrder(order: OrderMessage, { vessel, namespace, now }: Place, sign: Sign): Promise<OrderMessage> {
  const { kind, of = '', reason, by, limit, mode, verdict } = order;
  const statement = written(() =>
    writeOrderStatement({
      ...{ vessel, namespace, order: kind, of, reason, signer: by },
      issued_at: now.toISOString(),
      expires_at: new Date(now.getTime() + countsMilliseconds).toISOString(),
      nonce: randomBytes(16).toString('hex'),
      ...(limit !== undefined && { limit }),
      ...(mode !== undefined && { mode }),
      ...(verdict !== undefined && { verdict }),
    }),
  );
  return { ...order, statement, signature: await sign(statement, signatureNamespaces.decision) };
}
