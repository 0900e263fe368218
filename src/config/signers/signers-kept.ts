import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JanusConfig } from '../config.js';
import { JanusError } from '../../domain/errors.js';

type Kept = Pick<JanusConfig, 'approvals' | 'paths'>;

const noteOf = ({ paths }: Kept) => join(paths.keys, 'signatures-asked-for');

/**
 * Where there was a list of keys once, its absence is no fresh machine: somebody removed it, or a path is wrong, and one unsigned word of anybody
 * would be enough from then on. Throws CONFIG_INVALID (spec A3: fail closed).
 */
export function assertSignersKept(config: Kept): void {
  const { approvals, paths } = config;
  if (approvals.signature !== 'by_risk' || approvals.allowedSigners !== undefined || !existsSync(noteOf(config))) return;
  throw new JanusError('CONFIG_INVALID', `${paths.allowedSigners} was there when this vessel ran before, and is gone: who may approve?`, {
    next: 'put it back; to go on unsigned knowingly: approvals: { signature: off } in agent.yaml',
  });
}

/** Remembers that there is a list of keys. */
export function noteSigners(config: Kept): void {
  const { allowedSigners } = config.approvals;
  if (allowedSigners !== undefined) writeFileSync(noteOf(config), `${allowedSigners}\n`, { mode: 0o644 });
}
