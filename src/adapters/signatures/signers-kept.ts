import { existsSync, lstatSync } from 'node:fs';
import { join } from 'node:path';
import { JanusError } from '../../domain/errors.js';
import { replaceFile } from '../files/durable.js';

/** Of the configuration: where keys lie, and which list of them there is. */
export interface SignersToKeep {
  readonly approvals: { readonly signature: string; readonly allowedSigners?: string | undefined };
  readonly paths: { readonly keys: string; readonly allowedSigners: string };
}

const noteOf = (keys: string) => join(keys, 'signatures-asked-for');

/** Where nobody can tell whether the note is there, it is there. */
function isNoted(keys: string): boolean {
  try {
    lstatSync(noteOf(keys));
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ENOENT';
  }
}

/** Whether there was a list of keys once, as far as whoever looks may see. */
export const wereSignersKept = (keys: string): boolean => existsSync(noteOf(keys));

/**
 * Where there was a list of keys once, its absence is no fresh machine: somebody removed it, or a path is wrong, and one unsigned word of anybody
 * would be enough from then on. Throws CONFIG_INVALID (spec A3: fail closed).
 */
export function assertSignersKept({ approvals, paths }: SignersToKeep): void {
  if (approvals.signature !== 'by_risk' || approvals.allowedSigners !== undefined || !isNoted(paths.keys)) return;
  throw new JanusError('CONFIG_INVALID', `${paths.allowedSigners} was there when this vessel ran before, and is gone: who may approve?`, {
    next: 'put it back; to go on unsigned knowingly: approvals: { signature: off } in agent.yaml',
  });
}

/** Remembers that there is a list of keys, before anything is decided by it. */
export async function noteSigners({ approvals, paths }: SignersToKeep): Promise<void> {
  const { allowedSigners } = approvals;
  if (allowedSigners !== undefined) await replaceFile(noteOf(paths.keys), `${allowedSigners}\n`, { mode: 0o644 });
}
