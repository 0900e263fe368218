import type { Logger } from 'pino';
import type { AuditTrail } from '../../adapters/audit/contract/audit-trail.js';
import { sha256 } from '../../adapters/files/sha256.js';
import { adoptedPage, keepPolicy, readAdopted, readPolicy, showAdopted } from '../../adapters/policies/kept-policies.js';
import type { JanusConfig } from '../../config/config.js';
import { securityPolicy, signerTexts } from '../../config/security-policy.js';
import type { Adopted } from '../../domain/policy/adopted.js';
import { amendmentEntry } from '../../domain/policy/amendment.js';
import type { Projection } from '../../domain/trail/projection.js';

interface AdoptionSettings {
  readonly config: JanusConfig;
  readonly logger: Logger;
  readonly trail: AuditTrail;
  /** What the mission log says of it; kept up by the trail. */
  readonly adopted: Pick<Projection<Adopted | undefined>, 'snapshot'>;
}

const retryMilliseconds = 30_000;

/** What the trail says of it, for whoever looks. */
async function show(trail: AuditTrail, adopted: AdoptionSettings['adopted'], folder: string): Promise<void> {
  const record = await trail.find('mission_log', adopted.snapshot()?.record ?? '');
  if (record !== undefined) await showAdopted(folder, adoptedPage(record));
}

/** Records under which policy the vessel runs from now on, where that is another one than before (spec C7). */
export async function adoptPolicy({ config, trail, adopted }: Omit<AdoptionSettings, 'logger'>): Promise<void> {
  const folder = config.paths.adoptedPolicies;
  const rules = securityPolicy(config, signerTexts(config));
  const policy = await keepPolicy(folder, rules);
  // Any look at the trail takes in what other processes wrote.
  await trail.find('mission_log', '');
  const before = adopted.snapshot();
  if (before?.policy !== policy) {
    const rulesBefore = before === undefined ? undefined : await readPolicy(folder, before.policy);
    const entry = amendmentEntry(sha256, { policy, rules, before, rulesBefore });
    await trail.decide('mission_log', () => (adopted.snapshot()?.record === before?.record ? entry : undefined));
  } else if ((await readAdopted(folder))?.policy === policy) return;
  await show(trail, adopted, folder);
}

/** The same, again and again until the trail has it: a full disk keeps no worker from its start. */
export function wireAdoption(settings: AdoptionSettings): { close(): Promise<void> } {
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;
  const turn = async (): Promise<void> => {
    try {
      await adoptPolicy(settings);
    } catch (error) {
      settings.logger.warn({ event_type: 'policy_not_recorded', error: String(error) }, 'The security policy is not recorded yet');
      if (!isClosed) timer = setTimeout(() => void (turning = turn()), retryMilliseconds);
    }
  };
  let turning = turn();
  return {
    close: async () => {
      isClosed = true;
      clearTimeout(timer);
      await turning;
    },
  };
}
