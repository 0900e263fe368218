import { existsSync, readFileSync } from 'node:fs';
import { keyFingerprint } from '../../adapters/files/sha256.js';
import type { SignerEntry } from '../../domain/approval/allowed-signers.js';
import { parseAllowedSigners, parseRevokedKeys } from '../../domain/approval/allowed-signers.js';
import { isMet, personOf } from '../../domain/approval/rules.js';
import { signatureNamespaces } from '../../domain/approval/statement.js';
import { ownTerms } from '../../domain/approval/terms.js';
import { adoptionSubject } from '../../domain/policy/review.js';
import { krlMagic } from '../signers/signer-files.js';
import type { Problem } from '../yaml/problem.js';
import type { AgentDocument } from './agent.schema.js';
import type { ApprovalsPlace } from './approvals.js';
import { toApprovals } from './approvals.js';

const textOf = (file: string) => (existsSync(file) ? readFileSync(file, 'latin1') : '');

/** Who can sign a decision, with which keys. One who signs certificates may name anybody. */
function keysByPerson(entries: readonly SignerEntry[], revoked: ReadonlySet<string>) {
  const good = entries.filter(({ key, namespaces }) => !revoked.has(key) && namespaces.includes(signatureNamespaces.decision));
  const isOf = (person: string) => (entry: SignerEntry) =>
    entry.principals.some((name) => personOf(name) === person || (entry.certAuthority && /[*?!]/.test(name)));
  return (name: string) => good.filter(isOf(personOf(name)));
}

/**
 * `constitutional.amendments: required` without the keys that a review needs: nobody could adopt anything, not even the first key or the way back
 * (spec C7).
 */
export function amendmentsProblems({ constitutional, approvals, modes }: AgentDocument, place: ApprovalsPlace): Problem[] {
  const { file, at, lineOf } = place;
  if (constitutional.amendments !== 'required') return [];
  const line = lineOf('constitutional', 'amendments');
  const lacks = (found: string, next: string): Problem => ({
    ...{ file, line, key: 'constitutional.amendments' },
    found: `required, but ${found}`,
    allowed: `recorded, until there are keys of the First Citizen and of ${modes.recommenders.join(', ')}: ${next}`,
  });
  const lacksKeys = (found: string, next: string): Problem => ({ ...lacks(found, next), mend: 'keys' });
  const policy = toApprovals(approvals, at);
  if (policy.allowedSigners === undefined)
    return [lacksKeys(`no file ${at(approvals.allowed_signers)}`, 'ubos keys init NAME, then ubos keys add NAME')];
  const revoked = textOf(policy.revokedSigners);
  if (revoked.startsWith(krlMagic))
    return [
      lacks(`${policy.revokedSigners} is a list of ssh-keygen -k, which nobody can compare`, 'list revoked public keys in it, one a line'),
    ];
  const keysOf = keysByPerson(parseAllowedSigners(textOf(policy.allowedSigners)).entries, new Set(parseRevokedKeys(revoked).keys));
  const silent = modes.recommenders.filter((name) => keysOf(name).length === 0);
  const owners = modes.recommenders.flatMap((name) => [
    ...new Set(keysOf(name).flatMap(({ key, certAuthority }) => (certAuthority ? [] : [key]))),
  ]);
  const shared = owners.find((key, index) => owners.indexOf(key) !== index);
  const { requirement, groups } = ownTerms(policy, adoptionSubject);
  const able = Object.values(groups)
    .flat()
    .filter((name) => keysOf(name).length > 0);
  return [
    ...(silent.length === 0
      ? []
      : [lacksKeys(`${silent.join(', ')} ${silent.length === 1 ? 'has' : 'have'} no key`, 'ubos keys add NAME FILE.pub')]),
    ...(shared === undefined
      ? []
      : [
          lacksKeys(
            `${keyFingerprint(Buffer.from(shared, 'base64'))} is the key of two of those who recommend`,
            'each needs a key of its own',
          ),
        ]),
    ...(isMet(requirement, able, groups)
      ? []
      : [lacksKeys('those who approve high risk have not enough keys among them', 'ubos keys add NAME FILE.pub')]),
  ];
}
