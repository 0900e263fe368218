import { personOf } from '../../../domain/approval/rules.js';
import type { SignerEntry } from '../../../domain/approval/allowed-signers.js';
import { parseAllowedSigners, parseRevokedKeys } from '../../../domain/approval/allowed-signers.js';
import { JanusError } from '../../../domain/errors.js';
import { signatureNamespaces } from '../../../domain/approval/statement.js';
import type { JanusConfig } from '../../../config/config.js';
import type { Context } from '../../command.js';

/** One key of allowed_signers, and what it is good for now. */
export interface KnownKey {
  readonly principal: string;
  readonly fingerprint: string;
  readonly keyType: string;
  readonly key: string;
  readonly state: 'valid' | 'not_yet' | 'expired' | 'revoked';
  readonly validAfter: string | null;
  readonly validBefore: string | null;
  readonly groups: readonly string[];
  readonly mayApprove: boolean;
  readonly mayPropose: boolean;
  readonly isAuthority: boolean;
}

const iso = (at: number | undefined) => (at === undefined ? null : new Date(at).toISOString());

function stateOf({ validAfter, validBefore, key }: SignerEntry, revoked: ReadonlySet<string>, now: number): KnownKey['state'] {
  if (revoked.has(key)) return 'revoked';
  if (validBefore !== undefined && now > validBefore) return 'expired';
  return validAfter !== undefined && now < validAfter ? 'not_yet' : 'valid';
}

/** Keys of the list of revoked ones. Throws USAGE for a list that only ssh-keygen can read and change. */
export function revokedKeys(text: string, file: string): readonly string[] {
  if (text.startsWith('SSHKRL'))
    throw new JanusError('USAGE', `${file} was made by ssh-keygen -k, and only that reads and changes it`, {
      next: `ssh-keygen -Q -l -f ${file} · ssh-keygen -k -u -f ${file} KEY.pub`,
    });
  return parseRevokedKeys(text).keys;
}

/** All keys that Janus knows, in the order of the file. Throws CONFIG_INVALID where the files cannot be relied on. */
export async function knownKeys({ paths, approvals }: JanusConfig, { now }: Pick<Context, 'now'>): Promise<KnownKey[]> {
  const [{ readIfThere }, { keyFingerprint }] = await Promise.all([
    import('../../../adapters/signatures/signer-store.js'),
    import('../../../adapters/files/sha256.js'),
  ]);
  const revoked = new Set(revokedKeys(readIfThere(paths.revokedSigners), paths.revokedSigners));
  const { entries } = parseAllowedSigners(readIfThere(paths.allowedSigners));
  return entries.map((entry) => {
    const principal = entry.principals.join(',');
    const groups = Object.entries(approvals.groups).filter(([, members]) =>
      members.some((member) => entry.principals.some((each) => personOf(each) === personOf(member))),
    );
    return {
      principal,
      fingerprint: keyFingerprint(Buffer.from(entry.key, 'base64')),
      keyType: entry.keyType,
      key: entry.key,
      state: stateOf(entry, revoked, now().getTime()),
      validAfter: iso(entry.validAfter),
      validBefore: iso(entry.validBefore),
      groups: groups.map(([name]) => name),
      mayApprove: entry.namespaces.includes(signatureNamespaces.decision),
      mayPropose: entry.namespaces.includes(signatureNamespaces.proposal),
      isAuthority: entry.certAuthority,
    };
  });
}
