import type { Accepted, Refused } from '../../../client/deciding/answer.js';
import type { Composed, Desk } from '../../../client/deciding/desk.js';
import { createDesk } from '../../../client/deciding/desk.js';
import type { Person } from '../../../client/deciding/person.js';
import { signalLine } from '../../../client/deciding/signal-line.js';
import type { ProposalClient } from '../../../client/proposals.js';
import { JanusError } from '../../../domain/errors.js';
import type { Context, Values } from '../../command.js';
import { textOf } from '../../command.js';
import { jsonObjects } from '../../schemas/json-objects.js';
import { refusalError } from './refusal.js';
import { signingKey } from './signing-key.js';

/** Understood by every verb that decides. */
export const signingOptions = { key: { type: 'string' }, 'print-signal': { type: 'boolean' } } as const;

/** Whoever types: the name for which their key speaks; without a key whoever says to be there. */
export async function personOf(context: Context, values: Values): Promise<Person> {
  const key = await signingKey(context, values);
  if (key === undefined) return { by: context.user() };
  const { env, interactive } = context;
  return {
    by: key.principal,
    sign: async (text, namespace) => {
      const { createSigner } = await import('../../../adapters/signatures/create-signer.js');
      return createSigner({ keyFile: key.file, env, interactive }).sign(text, namespace);
    },
  };
}

/** The desk of whoever types, at this terminal or without one. */
export interface CliDesk {
  readonly desk: Desk;
  readonly proposals: ProposalClient;
  readonly context: Context;
  readonly values: Values;
}

export async function openCliDesk(context: Context, values: Values): Promise<CliDesk> {
  const proposals = await context.proposals();
  const person = await personOf(context, values);
  // Without a terminal, and where a program reads the output, nobody is asked and nothing is read as an answer.
  const canAsk = context.interactive && !context.json;
  return { desk: createDesk({ proposals, person, canAsk, now: context.now }), proposals, context, values };
}

export const signalJson = jsonObjects(({ z, text, kind, proposalId }) => ({
  signal: z.strictObject({ proposal_id: proposalId, decision: kind, signed: z.boolean(), command: text }),
}));

/** Sends it, and comes back when the proposal has judged it. With --print-signal the line that would send it is printed instead: undefined. */
export async function deliver({ desk, proposals, context, values }: CliDesk, said: Composed | Refused): Promise<Accepted | undefined> {
  if (said.kind === 'refused') throw refusalError(said);
  const { proposalId: id, message } = said;
  if (values['print-signal'] === true) {
    const { decision, ...rest } = message;
    const { signature } = rest;
    const command = signalLine(proposals.namespace, id, decision, rest);
    if (context.json) signalJson.write(context.stdout, 'signal', { proposal_id: id, decision, signed: signature !== undefined, command });
    else context.stdout.write(`${command}\n`);
    return undefined;
  }
  const answer = await desk.send(said);
  if (answer.kind === 'refused') throw refusalError(answer);
  return answer;
}

const reasonCharactersMin = 3;

/** The reason that a decision needs before anything is asked of the server. */
export function reasonOr(values: Values, why: string, next: string): string {
  const text = textOf(values, 'reason')?.trim() ?? '';
  if (text !== '' && text.length < reasonCharactersMin)
    throw new JanusError(
      'USAGE',
      `--reason ${JSON.stringify(text)} is too short, at least ${reasonCharactersMin} characters are needed: ${why}`,
      { next },
    );
  if (text === '') throw new JanusError('USAGE', `--reason is required: ${why}`, { next });
  return text;
}
