import { readFileSync } from 'node:fs';
import { JanusError } from '../../../domain/errors.js';

/** Used when Janus is started by root and the configured account does not exist: a number that belongs to nobody. */
export const fallbackUid = 61_999;

export interface Account {
  readonly uid: number;
  readonly gid: number;
  readonly description: string;
  /** True where the launcher has to change to it. */
  readonly switches: boolean;
}

/**
 * The account that actions run under: never uid 0, where the kernel's limits do not hold (spec X1). As root the named account, or a
 * number without a name; otherwise the user that started Janus.
 */
export function actionAccount(name: string, ownUid: number, ownGid: number, passwd: string): Account {
  if (ownUid !== 0) return { uid: ownUid, gid: ownGid, description: `uid ${ownUid}, the user that runs Janus`, switches: false };
  const fields = passwd
    .split('\n')
    .map((line) => line.split(':'))
    .find(([user]) => user === name);
  const uid = Number(fields?.[2] ?? fallbackUid);
  const gid = Number(fields?.[3] ?? fallbackUid);
  if (uid === 0 || gid === 0 || !Number.isInteger(uid) || !Number.isInteger(gid)) {
    throw new JanusError('SANDBOX_UNAVAILABLE', `the account ${name} is root: actions never run as root`, {
      next: 'name another account in sandbox.dynamic_user',
    });
  }
  return {
    uid,
    gid,
    description: fields === undefined ? `uid ${uid} (no account is called ${name})` : `${name} (uid ${uid})`,
    switches: true,
  };
}

export function currentActionAccount(name: string): Account {
  return actionAccount(name, process.getuid?.() ?? 0, process.getgid?.() ?? 0, readFileSync('/etc/passwd', 'utf8'));
}
