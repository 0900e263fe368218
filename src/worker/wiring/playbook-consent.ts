import { createPlaybookConsent } from '../../adapters/playbooks/playbook-consent.js';
import type { SignatureVerifier } from '../../adapters/signatures/signature-verifier.js';
import type { JanusConfig } from '../../config/config.js';
import { playbookRules } from '../../config/registries.js';

/** What people have said of playbooks beforehand: brain and hands each look for themselves. */
export const wirePlaybookConsent = (config: JanusConfig, signatures: SignatureVerifier) =>
  createPlaybookConsent({
    vesselId: config.vesselId,
    policy: config.approvals,
    playbooksFile: config.paths.playbooks,
    rules: playbookRules(config),
    now: () => new Date(),
    verify: (signed) => signatures.verify(signed),
  });
