import { randomBytes } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import type { ProposalView } from '../../../src/contract/messages.js';
import type { OrderAnswer } from '../../../src/contract/orders.js';
import type { Order } from '../../../src/domain/approval/order.js';
import { day } from '../../../src/domain/modes/settings.js';
import { isoOf } from '../modes/trails.js';
import type { ProposalHandle } from '../bench/bench.js';
import { decide, undoable, untilStatus } from '../bench/people.js';
import type { Message } from '../proposals/approvals.js';
import { proposedBy, signedBy } from '../proposals/approvals.js';
import { signedOrder } from '../vessel/orders.js';
import type { YearVessel } from './vessel.js';
import { outlives } from './vessel.js';

interface Saying extends Message {
  readonly by: string;
}

/** Somebody decides about what waits, with a key of their own. Throws where the vessel does not take it. */
async function say({ people, now }: YearVessel, handle: ProposalHandle, view: ProposalView, { by, ...message }: Saying): Promise<void> {
  const said = signedBy(by, view, message, { now: new Date(now()) });
  const answer = await decide(handle, { ...said, signature: await people.sign(by, said.statement ?? '') });
  if (!answer.accepted) throw new Error(`${by}, ${message.decision}: ${answer.code} ${answer.message}`);
}

const [no, yes]: readonly [Saying, Saying] = [
  { by: 'ana', decision: 'reject', reason: 'not like this' },
  { by: 'ana', decision: 'approve' },
];

/** What still waits of these is decided by ana: first what she rejects. Returns when all of it has ended. */
export async function decideAll(year: YearVessel, handles: readonly ProposalHandle[], rejected: number): Promise<void> {
  const seen = await Promise.all(handles.map(async (handle) => ({ handle, view: await year.bench.view(handle) })));
  const waiting = seen.filter(({ view }) => view.status === 'proposed');
  for (const [index, { handle, view }] of waiting.entries()) await say(year, handle, view, index < rejected ? no : yes);
  await Promise.all(handles.map((handle) => handle.result()));
}

/** An order about the mode, signed. */
export async function order(year: YearVessel, handle: WorkflowHandle, message: Omit<Order, 'reason' | 'of'> & { readonly of?: string }) {
  const { people, reader, now } = year;
  const of = message.of ?? reader.view(now()).figures.standing;
  const times = { issued_at: isoOf(now()), expires_at: isoOf(now() + day), nonce: randomBytes(16).toString('hex') };
  const said = await signedOrder({ ...message, of, reason: 'as the figures say' }, times);
  const signed = { ...said, signature: await people.sign(message.by, said.statement ?? '') };
  const answer = await handle.executeUpdate<OrderAnswer, [object]>('order', { args: [signed] });
  if (!answer.accepted) throw new Error(`${message.kind}: ${answer.code} ${answer.message}`);
}

/** Cleo proposes something of high risk, bo starts it alone, and nobody reviews that. */
export async function breakGlass(year: YearVessel): Promise<void> {
  const { bench, client, people } = year;
  const document = bench.document('exit 0', { ...undoable('exit 0'), risk_level: 'high' });
  const { statement } = proposedBy('cleo', document);
  await bench.propose(document, { statement, signature: await people.sign('cleo', statement, 'janus-proposal@v1') });
  const handle = client.workflow.getHandle(document.proposal_id) as ProposalHandle;
  const view = await untilStatus(bench, handle, 'proposed');
  await say(year, handle, view, { by: 'bo', decision: 'break_glass', reason: 'the disk fills up now' });
  await handle.result();
  outlives(year, `${document.proposal_id}-review`, document.proposal_id);
}
