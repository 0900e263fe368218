import type { JanusConfig } from '../../../config/config.js';
import { JanusError } from '../../../domain/errors.js';
import { didYouMean } from '../../../domain/text/did-you-mean.js';
import type { Playbook } from '../../../domain/thinking/playbook.js';
import type { PlaybookConsent } from '../../../domain/thinking/playbook-approval.js';
import type { WrittenApproval } from '../../../adapters/playbooks/write-approval.js';
import type { Context } from '../../command.js';

async function write(config: JanusConfig, { document, contentHash }: Playbook, approval: WrittenApproval | undefined): Promise<void> {
  const { readPlaybooks } = await import('../../../adapters/playbooks/read-registries.js');
  const { withApproval } = await import('../../../adapters/playbooks/write-approval.js');
  const { changeAtomically } = await import('../../../adapters/signatures/signer-store.js');
  const { playbookRules } = await import('../../../config/registries.js');
  const { playbooks } = config.paths;
  const { playbook_id: id } = document;
  const now = (await readPlaybooks(playbooks, playbookRules(config))).playbooks.find((each) => each.document.playbook_id === id);
  if (now?.contentHash !== contentHash)
    throw new JanusError('CONFLICT', `${id} was changed meanwhile. Nothing done.`, { next: `ubos playbooks show ${id}` });
  await changeAtomically(playbooks, (text) => withApproval(text, id, approval));
}

/** The registry as the next thinking cycle will read it. */
export interface KnownPlaybooks {
  readonly file: string;
  readonly playbooks: readonly Playbook[];
  readonly disabled: readonly { readonly playbookId: string; readonly why: string }[];
  /** Whether it is approved now. */
  readonly consent: (playbook: Playbook) => Promise<PlaybookConsent>;
  /** Puts an approval into the file, or takes it out. Throws CONFLICT where that playbook is not there any more as it was read. */
  readonly write: (playbook: Playbook, approval: WrittenApproval | undefined) => Promise<void>;
}

/** Throws CONFIG_INVALID where the file cannot be read as a registry at all. */
export async function knownPlaybooks(context: Context): Promise<KnownPlaybooks> {
  const config: JanusConfig = await context.config();
  const { readPlaybooks } = await import('../../../adapters/playbooks/read-registries.js');
  const { consentTo } = await import('../../../adapters/playbooks/playbook-consent.js');
  const { openSignatures } = await import('../../../adapters/signatures/open-signatures.js');
  const { playbookRules } = await import('../../../config/registries.js');
  const file = config.paths.playbooks;
  const { playbooks, disabled, idle } = await readPlaybooks(file, playbookRules(config));
  if (idle !== undefined) throw new JanusError('CONFIG_INVALID', idle, { next: 'ubos playbooks validate' });
  const { approvals: policy, vesselId } = config;
  const signatures = openSignatures(policy);
  const settings = {
    vesselId,
    policy,
    now: context.now,
    verify: (signed: Parameters<typeof signatures.verify>[0]) => signatures.verify(signed),
  };
  return {
    file,
    playbooks,
    disabled,
    consent: (playbook) => consentTo(playbook, settings),
    write: (playbook, approval) => write(config, playbook, approval),
  };
}

/** The playbook of this id. Throws USAGE where there is none, or where it is disabled. */
export function namedPlaybook({ playbooks, disabled, file }: KnownPlaybooks, id: string | undefined, usage: string): Playbook {
  if (id === undefined) throw new JanusError('USAGE', 'which playbook?', { next: usage });
  const found = playbooks.find(({ document }) => document.playbook_id === id);
  if (found !== undefined) return found;
  const why = disabled.find(({ playbookId }) => playbookId === id)?.why;
  if (why !== undefined) throw new JanusError('USAGE', `${id} is ${why}`, { next: 'mend the file, then: ubos playbooks validate' });
  const nearest = didYouMean(
    id,
    playbooks.map(({ document }) => document.playbook_id),
  );
  throw new JanusError('USAGE', `there is no playbook ${JSON.stringify(id.slice(0, 64))} in ${file}`, {
    next: nearest === undefined ? 'ubos playbooks list' : `did you mean ${nearest}? ubos playbooks list`,
  });
}

/** In a few words, for people. */
export const consentWords = (consent: PlaybookConsent): string =>
  consent.approved ? `yes: by ${consent.by}, ${consent.at}${consent.signed ? ', signed' : ''}` : `no: ${consent.why}`;

const approvalJson = (consent: PlaybookConsent) =>
  consent.approved
    ? { approved: true, by: consent.by, at: consent.at, signed: consent.signed, code: null, why: null }
    : { approved: false, by: null, at: null, signed: null, code: consent.code, why: consent.why };

/** For programs: `knownPlaybook`. */
export const playbookJson = ({ document, risk, contentHash }: Playbook, consent: PlaybookConsent) => ({
  playbook_id: document.playbook_id,
  name: document.name,
  risk_level: risk,
  playbook_hash: contentHash,
  approval: approvalJson(consent),
});
