import type { Logger } from 'pino';
import type { AuditTrail } from '../../adapters/audit/contract/audit-trail.js';
import { readWhole } from '../../adapters/audit/read/read-trail.js';
import { sha256 } from '../../adapters/files/sha256.js';
import type { HeldPolicy } from '../../adapters/policies/kept-policies.js';
import { adoptedPage, keepPolicy, readAdopted, readPolicy, showAdopted } from '../../adapters/policies/kept-policies.js';
import { publishAdoption } from '../../adapters/policies/signed-adoption.js';
import type { JanusConfig } from '../../config/config.js';
import { logFilesOf } from '../../config/config.js';
import { policyOf } from '../../config/under-policy.js';
import type { Adopted } from '../../domain/policy/adopted.js';
import { createAdopted } from '../../domain/policy/adopted.js';
import { adoptionText } from '../../domain/policy/adoption.js';
import { amendmentEntry, differenceFields, differenceWords } from '../../domain/policy/amendment.js';
import { trailEvent } from '../../domain/trail/events.js';
import type { Projection } from '../../domain/trail/projection.js';
import type { Settled } from './held-policy.js';
import { rulesOf, settle } from './held-policy.js';

/** What it takes to say which policy is adopted. */
export interface AdoptionSettings {
  /** As the files say it. */
  readonly live: JanusConfig;
  readonly settled: Settled;
  readonly trail: AuditTrail;
  /** What the mission log says of it; kept up by the trail. */
  readonly adopted: Pick<Projection<Adopted | undefined>, 'snapshot'>;
  /** Signs with the vessel's own key (base64). */
  readonly vouch: (text: string) => string;
}

const retryMilliseconds = 30_000;

async function adoptedInTrail(config: JanusConfig): Promise<Adopted | undefined> {
  const adopted = createAdopted();
  try {
    await readWhole(logFilesOf(config), 'mission_log', ({ record }) => adopted.apply(record));
  } catch (error) {
    // Where nothing asks for a review, a brain without its trail starts nothing, and says so.
    const isAsked = config.amendments === 'required' || (await readAdopted(config.paths.adoptedPolicies))?.amendments === 'required';
    if (isAsked) throw error;
  }
  return adopted.snapshot();
}

/** Under which policy this brain works, by its trail (spec C7). Throws CONFIG_INVALID, AUDIT_UNAVAILABLE: then it works under none. */
export const settleBrain = async (live: JanusConfig, env: NodeJS.ProcessEnv): Promise<Settled> =>
  settle(live, (await adoptedInTrail(live))?.documents, live.paths.adoptedPolicies, env);

function heldPage({ held }: Settled): HeldPolicy | null {
  if (held === undefined) return null;
  const { looser, stricter } = differenceFields(held.differences);
  return { policy: held.policy, looser, stricter };
}

/** Shows what the trail says: to people, and signed to those who have no trail. */
export async function publishAdopted({ live, settled, trail, adopted, vouch }: AdoptionSettings): Promise<void> {
  const { policy, record, documents, position } = adopted.snapshot() ?? {};
  const found = await trail.find('mission_log', record ?? '');
  if (policy === undefined || position === undefined || found === undefined) return;
  const folder = live.paths.adoptedPolicies;
  const text = adoptionText({ vessel: live.vesselId, policy, documents: documents ?? null, ...position });
  await publishAdoption(folder, { text, signature: vouch(text) });
  // What was just adopted is held no more.
  const held = heldPage(settled);
  await showAdopted(folder, adoptedPage(found, held?.policy === policy ? null : held));
}

/** That the files say something looser, which does not count: once for each. */
async function recordHeld({ trail, adopted }: AdoptionSettings, { policy, differences }: NonNullable<Settled['held']>): Promise<void> {
  const { record = '', policy: of = '' } = adopted.snapshot() ?? {};
  const fields = differenceFields(differences);
  await trail.append('mission_log', {
    id: `policy/${sha256(`${record}\0${policy}`).slice(0, 16)}/held`,
    eventType: trailEvent.policyHeld,
    summary: `policy ${policy.slice(0, 12)} does not count, ${differenceWords(fields)}`.slice(0, 400),
    data: { policy, of, ...fields },
  });
}

/** Records under which policy the vessel runs from now on, where that is another one than before, or that a looser one is held back (spec C7). */
export async function adoptPolicy(settings: AdoptionSettings): Promise<void> {
  const { live, settled, trail, adopted } = settings;
  const folder = live.paths.adoptedPolicies;
  // Any look at the trail takes in what other processes wrote.
  await trail.find('mission_log', '');
  const before = adopted.snapshot();
  if (settled.held !== undefined) await recordHeld(settings, settled.held);
  else if (before?.policy !== policyOf(live)) {
    const rules = rulesOf(live);
    const policy = await keepPolicy(folder, rules);
    const rulesBefore = settled.before ?? (before === undefined ? undefined : await readPolicy(folder, before.policy));
    const entry = amendmentEntry(sha256, { policy, rules, before, rulesBefore, documents: settled.documents });
    await trail.decide('mission_log', () => (adopted.snapshot()?.record === before?.record ? entry : undefined));
  }
  await publishAdopted(settings);
}

/** The same, again and again until the trail has it: a full disk keeps no worker from its start. `first`: when it was tried once. */
export function wireAdoption(settings: AdoptionSettings & { readonly logger: Logger }): {
  readonly first: Promise<void>;
  close(): Promise<void>;
} {
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
  const first = turn();
  let turning = first;
  return {
    first,
    close: async () => {
      isClosed = true;
      clearTimeout(timer);
      await turning;
    },
  };
}
