import { signatureNamespaces } from '../../../domain/approval/statement.js';
import { JanusError } from '../../../domain/errors.js';

const both = Object.values(signatureNamespaces).join(',');

/** A name with a blank in it is quoted, as ssh-keygen reads it. Throws USAGE for what would be another name, or several. */
export function principalWord(name: string): string {
  if (!/^[\p{L}\p{N}][\p{L}\p{N} ._@+:-]{0,199}$/u.test(name))
    throw new JanusError('USAGE', `${JSON.stringify(name)} is no name of a person`, {
      next: 'letters, digits, blanks and . _ @ + : - as in approvals.groups',
    });
  return name.includes(' ') ? `"${name}"` : name;
}

/** The line for allowed_signers: "ana namespaces="..." ssh-ed25519 AAAA...". */
export function signerLine(name: string, publicKey: string, { namespaces = both, validBefore = '' } = {}): string {
  const [type = '', key = ''] = publicKey.trim().split(/\s+/);
  return `${principalWord(name)} namespaces="${namespaces}"${validBefore === '' ? '' : `,valid-before="${validBefore}"`} ${type} ${key}`;
}
