import type { Refused } from '../../../client/deciding/answer.js';
import { JanusError } from '../../../domain/errors.js';
import { visible } from '../../../domain/text/visible.js';

const past: Readonly<Record<string, string>> = {
  approve: 'approved',
  break_glass: 'started alone',
  reject: 'rejected',
  cancel: 'cancelled',
  resolve: 'resolved',
};

const codes = { malformed: 'USAGE', not_permitted: 'NOT_PERMITTED', conflict: 'CONFLICT' } as const;

/** The error that ends a command which changed nothing; for whoever came second, who was first and when. */
export function refusalError({ proposalId: id, code, why, fault, status, first }: Refused): JanusError {
  const said =
    first === undefined
      ? visible(why)
      : `already ${past[first.kind] ?? first.kind} by ${visible(first.by)} at ${first.at}; now it is ${status}`;
  return new JanusError(codes[fault], `${id}: ${said}. Nothing done.`, {
    details: { answer: code, status, decided_by: first?.by, decided_at: first?.at },
    next: `ubos proposals show ${id}`,
  });
}
