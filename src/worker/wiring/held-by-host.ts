import { join } from 'node:path';
import { createVoucherVerifier, permitKeyFiles } from '../../adapters/permit/create-permits.js';
import { copyDocuments } from '../../adapters/policies/kept-documents.js';
import type { ReadAdoption } from '../../adapters/policies/signed-adoption.js';
import { publishAdoption, readAdoption } from '../../adapters/policies/signed-adoption.js';
import type { JanusConfig } from '../../config/config.js';
import { JanusError } from '../../domain/errors.js';
import type { Settled } from './held-policy.js';
import { settle } from './held-policy.js';

/** Whether the brain of this vessel signed it. Before the brain has a key it has signed nothing. */
function ownWord({ paths }: JanusConfig) {
  try {
    const verifier = createVoucherVerifier(permitKeyFiles(paths.keys));
    return (text: string, signature: string) => verifier.isOwn(text, signature);
  } catch {
    return () => false;
  }
}

/** Takes over what the brain adopted later than what is kept here, with its documents. Throws CONFIG_INVALID where they are not those. */
async function takeOver({ adoption: { documents }, signed }: ReadAdoption, from: string, own: string): Promise<void> {
  if (documents !== null && !(await copyDocuments(from, own, documents)))
    throw new JanusError('CONFIG_INVALID', `${join(from, documents)} is not the policy that the brain adopted: it is gone, or changed`, {
      next: 'put back what was there, or start the brain, which says more',
    });
  await publishAdoption(own, signed);
}

interface HostSettings {
  /** A folder that is written by this process alone. */
  readonly own: string;
  readonly env: NodeJS.ProcessEnv;
  /** Goes by the files where nobody knows what is adopted. */
  readonly isFirst?: boolean;
}

/**
 * Under which policy those work who have no trail (spec C7): the latest that the brain signed, of what lies in `policies/` and what they kept themselves in a
 * folder of their own, held against the files by themselves. An older one that somebody puts back is passed over. Throws CONFIG_INVALID where a review is
 * asked for and nobody knows what is adopted.
 */
export async function settleHost(live: JanusConfig, { own, env, isFirst = false }: HostSettings): Promise<Settled> {
  const published = live.paths.adoptedPolicies;
  const isOwn = ownWord(live);
  const [said, kept] = await Promise.all([readAdoption(published, live.vesselId, isOwn), readAdoption(own, live.vesselId, isOwn)]);
  const isLater = said !== undefined && said.adoption.seq > (kept?.adoption.seq ?? -1);
  if (isLater) await takeOver(said, published, own);
  const { adoption } = (isLater ? said : kept) ?? {};
  if (adoption === undefined && isFirst) return { config: live, documents: undefined };
  if (adoption === undefined && live.amendments === 'required')
    throw new JanusError('CONFIG_INVALID', `constitutional.amendments is required, and the brain has signed no policy in ${published}`, {
      next: 'start the brain, then the others',
    });
  return settle(live, adoption?.documents ?? undefined, own, env);
}
