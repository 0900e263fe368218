import { JanusError } from '../../../domain/errors.js';
import type { Context } from '../../command.js';
import { interrupted } from '../../terminal/keyboard.js';

interface Naming {
  /** What stands now. */
  readonly id: string;
  /** As it was typed behind the verb; undefined where it was not. */
  readonly typed: string | undefined;
  /** What is shown before it is asked for. */
  readonly shown: string;
  /** "resume stop-...": what is asked about. */
  readonly what: string;
  /** What can be typed where there is nobody to ask. */
  readonly next: string;
}

/**
 * What loosens names what stands, in full: behind the verb, or on a terminal where it is shown and typed. Throws CONFLICT where something else
 * stands, USAGE where nobody can be asked and INTERRUPTED where the person left.
 */
export async function nameStanding(context: Context, { id, typed, shown, what, next }: Naming): Promise<string> {
  if (typed !== undefined) {
    if (typed === id) return id;
    throw new JanusError('CONFLICT', `${JSON.stringify(typed.slice(0, 60))} is not what stands now: ${id}. Nothing done.`, { next });
  }
  if (!context.interactive || context.json)
    throw new JanusError('USAGE', `to ${what} it has to be named, and there is no terminal to ask on. Nothing done.`, { next });
  context.stdout.write(`${shown}\n`);
  const line = await context.keyboard.line(`Type ${id} to ${what.split(' ')[0]}`);
  if (line === '') throw interrupted();
  if (line !== id) throw new JanusError('CONFLICT', `${JSON.stringify(line.slice(0, 60))} was typed, not ${id}. Nothing done.`, { next });
  return id;
}
