import type { ApprovalPolicy } from '../../domain/approval/terms.js';
import { signatureNamespaces } from '../../domain/approval/statement.js';
import type { Playbook, PlaybookRules } from '../../domain/thinking/playbook.js';
import type { PlaybookConsent, PlaybookFound } from '../../domain/thinking/playbook-approval.js';
import { consentInFile, notApproved, playbookStatement } from '../../domain/thinking/playbook-approval.js';
import { readPlaybooks } from './read-registries.js';

export interface ConsentSettings {
  readonly vesselId: string;
  readonly policy: ApprovalPolicy;
  readonly now: () => Date;
  /** Whether a person signed a text (`SignatureVerifier.verify`). Never rejects. */
  readonly verify: (signed: {
    readonly text: string;
    readonly signature: string;
    readonly principal: string;
    readonly namespace: string;
    readonly at: Date;
  }) => Promise<{ readonly ok: true } | { readonly ok: false; readonly why: string }>;
}

/** Whether this playbook is approved now, by persons and keys of now: a key that was revoked since approves nothing (spec T6). */
export async function consentTo(playbook: Playbook, { vesselId, policy, now, verify }: ConsentSettings): Promise<PlaybookConsent> {
  const at = now();
  const found = consentInFile(playbook, policy, at);
  const { playbook_id: playbookId, approved_signature: signature } = playbook.document;
  if (!found.approved || signature === undefined || policy.allowedSigners === undefined) return found;
  const text = playbookStatement({ vessel: vesselId, playbookId, contentHash: playbook.contentHash, by: found.by, at: found.at });
  const verdict = await verify({ text, signature, principal: found.by, namespace: signatureNamespaces.decision, at });
  return verdict.ok ? found : notApproved('SIGNATURE_REFUSED', verdict.why);
}

export interface RegistrySettings extends ConsentSettings {
  readonly playbooksFile: string;
  readonly rules: PlaybookRules;
}

/**
 * Whether the playbook of this id, with this very content, is approved now: looked at in the file, at each call. A proposal names both, and what
 * stands in the file by then may be another playbook.
 */
export function createPlaybookConsent(settings: RegistrySettings) {
  return async (playbookId: string, contentHash: string): Promise<PlaybookFound> => {
    const { playbooks, disabled, idle } = await readPlaybooks(settings.playbooksFile, settings.rules);
    if (idle !== undefined) return notApproved('UNAVAILABLE', idle);
    const playbook = playbooks.find(({ document }) => document.playbook_id === playbookId);
    if (playbook === undefined)
      return notApproved('UNKNOWN', disabled.find((each) => each.playbookId === playbookId)?.why ?? `there is no playbook ${playbookId}`);
    if (playbook.contentHash !== contentHash) return notApproved('EDITED', 'the playbook was edited since it proposed this');
    const consent = await consentTo(playbook, settings);
    return consent.approved ? { ...consent, playbook } : consent;
  };
}
