import { join } from 'node:path';
import type { BrainDependencies, RaiseAlarm } from '../../activities/brain/dependencies.js';
import { createBrainActivities } from '../../activities/brain/create-brain-activities.js';
import { createAuditTrail } from '../../adapters/audit/write/create-audit-trail.js';
import type { OutageObserver } from '../../adapters/audit/write/watch-outage.js';
import { lookForStop } from '../../activities/brain/look-for-stop.js';
import { namedStop } from '../../adapters/controls/lift-stops.js';
import { setEvidenceAside } from '../../adapters/controls/evidence.js';
import { pullStop, stopFilesOf, takeSwitchAway } from '../../adapters/controls/stop-mark.js';
import { resolvePrograms } from '../../adapters/host/programs.js';
import { createPermitIssuer, createVouchers } from '../../adapters/permit/create-permits.js';
import { createHandsKey } from '../../adapters/permit/hands-keys.js';
import type { KeyFiles } from '../../adapters/permit/key-pair.js';
import { currentActionAccount } from '../../adapters/sandbox/profile/account.js';
import { lookAtGrants } from '../../adapters/sandbox/profile/grants.js';
import { sandboxProfileId } from '../../adapters/sandbox/profile/profile.js';
import type { JanusConfig } from '../../config/config.js';
import { logFilesOf } from '../../config/config.js';
import { toReviewContext } from '../../config/review-context.js';
import type { Fed } from '../../domain/trail/projection.js';
import { parseProposal } from '../../domain/action/proposal.schema.js';
import { openSignatures } from '../../adapters/signatures/open-signatures.js';
import { modeNow, strangeCheckpoints } from '../../activities/brain/mode/mode-now.js';
import { wireAsking, wireMind } from './mind.js';
import type { Halts } from '../temporal/wake-proposals.js';
import { wirePlaybookConsent } from './playbook-consent.js';
import type { AdoptionSettings } from './adoption.js';
import type { Settled } from './held-policy.js';
import { wireKnown } from './known.js';
import { wirePolicyReview } from './policy-review.js';
import { wireRestored } from './restored.js';
import { wireLookupLimits } from './oracles.js';
import { sha256 } from '../../adapters/files/sha256.js';

/** How long a start permit is good for, in seconds. */
const permitSeconds = 600;

/** What follows a breach (`kill_switch.constitutional_violation_action`), and what is kept of it. */
const wireViolations = (config: JanusConfig): BrainDependencies['violations'] => {
  const { paths, controls } = config;
  const sources = {
    folder: join(paths.state, 'evidence'),
    logs: [...Object.values(logFilesOf(config)), paths.agentLog],
    folders: [paths.heads, paths.ledger],
  };
  return {
    action: controls.killSwitch.violationAction,
    setAside: (id, words) => setEvidenceAside(sources, id, words),
    pullStop: async (reason) => (await pullStop(stopFilesOf(paths), { by: 'breach', reason })).id,
  };
};

/** The rules of the moment. */
const wireReviewContext = async (config: JanusConfig) =>
  toReviewContext(config, {
    programs: await resolvePrograms(config.tools),
    grantProblems: lookAtGrants(config.policy.grants, currentActionAccount(config.sandbox.account)),
    profile: sandboxProfileId(),
  });

const wireRules = (config: JanusConfig, context: BrainDependencies['rules']['context']): BrainDependencies['rules'] => ({
  ...{ parse: parseProposal, context },
  policyVersion: config.policyVersion,
  cooldowns: config.cooldowns,
  previewByRisk: config.policy.preview,
});

interface BrainSurroundings {
  readonly namespace: string;
  readonly onOutage?: OutageObserver;
  readonly alarm: RaiseAlarm;
  /** What the files say. */
  readonly live: JanusConfig;
  /** Counts the records of each log. */
  readonly counting?: () => Fed;
}

/** Everything that the brain's workers need: the brain owns the trail and the permit key, and runs no tool. */
export function wireBrain(settled: Settled, keys: KeyFiles, { namespace, onOutage, alarm, live, counting }: BrainSurroundings) {
  const { config } = settled;
  const { paths, approval } = config;
  const { known, mode, projections } = wireKnown(config, counting);
  const { novelty, spoken, standing, attempts, adopted, review, rates, pause } = known;
  const whole = createAuditTrail({
    files: logFilesOf(config),
    vesselName: config.vesselName,
    projections,
    ...(onOutage !== undefined && { onOutage }),
  });
  const { gated: trail, restore } = wireRestored(config, whole);
  const now = () => new Date();
  const issuer = createPermitIssuer(keys);
  const vouchers = createVouchers(keys);
  const adoption: AdoptionSettings = { live, settled, trail, adopted, vouch: (text) => vouchers.vouch(text) };
  const reviewContext = () => wireReviewContext(config);
  const signatures = openSignatures(config.approvals);
  const emergencyStop = () => lookForStop({ trail, standing, onDisk: () => namedStop(stopFilesOf(paths), 'brain') });
  const brain = createBrainActivities({
    self: { vessel: config.vesselId, namespace, host: config.host },
    trail,
    novelty,
    spoken,
    standing,
    holds: { rates, pause },
    attempts,
    violations: wireViolations(config),
    sha256,
    now,
    rules: wireRules(config, reviewContext),
    approvals: {
      policy: config.approvals,
      signatures,
      vouchers,
      seconds: approval.timeoutSeconds,
      onTimeout: approval.onTimeout,
    },
    orders: {
      limitMax: config.harness.concurrencyMax,
      vouch: (text) => vouchers.vouch(text),
      takeSwitchAway: (stop) => takeSwitchAway(stopFilesOf(paths), stop),
    },
    mode,
    policy: wirePolicyReview({ ...adoption, review, env: process.env }),
    restore,
    permits: { ...issuer, seconds: permitSeconds },
    playbookConsent: wirePlaybookConsent(config, signatures),
    thinking: { ...wireAsking(config), ...wireLookupLimits(config, known.oracles), calls: known.calls },
    hands: createHandsKey(paths.handsKeys),
    emergencyStop,
    alarm,
  });
  const own = { self: { vessel: config.vesselId, namespace }, vouchers };
  /** What holds the vessel: what Schedules are paused for, and proposals suspended. */
  const standingHalts = async (): Promise<Halts> => {
    const why = await emergencyStop();
    const { stops, pauses } = standing.snapshot();
    return { stop: why === undefined ? undefined : ([...stops.keys()].at(-1) ?? 'without a name'), pauses: [...pauses.keys()] };
  };
  const modeOfNow = () => modeNow({ mode, standing, now });
  const mind = wireMind(config, {
    ...{ trail, known, reviewContext, vouching: { ...own, sha256, now }, emergencyStop },
    mode: modeOfNow,
  });
  return { brain, mind, trail, own, known, modeOfNow, standingHalts, adoption, strangeCheckpoints: () => strangeCheckpoints({ mode }) };
}
