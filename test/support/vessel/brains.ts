import { createBrainActivities } from '../../../src/activities/brain/create-brain-activities.js';
import { nothingRestored } from './restored.js';
import type { BrainDependencies } from '../../../src/activities/brain/dependencies.js';
import type { BrainActivities, ReviewOutcome, RunIdentity } from '../../../src/contract/activities.js';
import type { VesselActivities } from '../../../src/contract/orders.js';
import type { ThinkingActivities } from '../../../src/contract/thinking.js';
import type { HandsKey, PermitIssuer } from '../../../src/adapters/permit/permit.js';
import type { Act } from '../../../src/domain/action/answer.js';
import { answerText, asSent } from '../../../src/domain/action/answer.js';
import { planDigest } from '../../../src/domain/action/digests.js';
import type { Permit } from '../../../src/domain/action/permit.js';
import { permitDigest } from '../../../src/domain/action/permit.js';
import { canonicalJson } from '../../../src/domain/text/canonical.js';
import type { ReviewContext } from '../../../src/domain/constitution/rules.js';
import { JanusError } from '../../../src/domain/errors.js';
import { createOracleCalls } from '../../../src/domain/oracles/calls.js';
import { createModelCalls } from '../../../src/domain/thinking/model-calls.js';
import { generousLimits } from '../bench/mind.js';
import { notApproved } from '../../../src/domain/thinking/playbook-approval.js';
import { charter } from '../../../src/domain/modes/settings.js';
import { createDecided } from '../../../src/domain/trail/mode/decided.js';
import { createVesselTrail } from '../../../src/domain/trail/mode/vessel.js';
import { createNovelty } from '../../../src/domain/trail/novelty.js';
import { createAttempts } from '../../../src/domain/trail/attempts.js';
import { createPause } from '../../../src/domain/trail/pause.js';
import type { RateLimits } from '../../../src/domain/trail/rates.js';
import { createRates } from '../../../src/domain/trail/rates.js';
import { createSpoken } from '../../../src/domain/trail/spoken.js';
import { createStanding } from '../../../src/domain/trail/standing.js';
import { unpackPlan } from '../../../src/domain/action/packing.js';
import type { ExecutionPlan } from '../../../src/domain/action/plan.js';
import type { ProposalDocument } from '../../../src/domain/action/proposal.schema.js';
import { parseProposal } from '../../../src/domain/action/proposal.schema.js';
import { noVouchers, openApprovals, testKeys } from '../proposals/approvals.js';
import { aContext, aDocument, sha256 } from '../proposals/proposals.js';
import type { PolicyRule } from '../../../src/domain/policy/rule.js';
import { openPolicySide } from '../policy/policy-side.js';
import { grantsOf } from '../modes/grants.js';
import { openTrail } from '../trail/trails.js';

/** What a test may move while a brain runs. */
export interface Circumstances {
  now: Date;
  context: Partial<ReviewContext>;
  emergency: string | undefined;
  /** True: the trail cannot be written. */
  broken: boolean;
}

export interface BrainBench extends BrainActivities, VesselActivities, ThinkingActivities {
  readonly circumstances: Circumstances;
  /** What people were told. */
  readonly alarms: Parameters<BrainDependencies['alarm']>[0][];
  /** What followed breaches, in order. */
  readonly breachesAnswered: string[];
  /** The proposals log, and the log of the tools. */
  readonly file: string;
  readonly toolFile: string;
  /** Reviews a document under its own id, as its workflow would. */
  review(change?: Partial<ProposalDocument>): Promise<ReviewOutcome>;
  /** The same, for one that must pass. */
  passed(
    change?: Partial<ProposalDocument>,
  ): Promise<{ document: ProposalDocument; plan: ExecutionPlan; digest: string; identity: RunIdentity }>;
}

export const identityOf = (workflowId: string): RunIdentity => ({ workflowId, firstRunId: 'run' });

/** What a test wants otherwise, subject by subject. */
type BrainChange = {
  /** What the files say of the security policy. */
  readonly policyFiles?: () => readonly PolicyRule[];
} & {
  readonly [Subject in 'rules' | 'approvals' | 'permits' | 'hands' | 'orders' | 'thinking' | 'mode' | 'restore']?: Partial<
    BrainDependencies[Subject]
  >;
} & {
  readonly rateLimits?: RateLimits;
  readonly playbookConsent?: BrainDependencies['playbookConsent'];
  readonly violationAction?: BrainDependencies['violations']['action'];
};

/** Permits that anybody can sign: tests of the real ones are with their adapter. */
const testPermits: PermitIssuer = {
  issue: (permit) => {
    const { firstRunId: run, receipt, expiresAt: expires, steps, grant } = permit;
    return {
      run,
      receipt,
      expires,
      ...(steps !== undefined && { steps }),
      ...(grant && { grant }),
      signature: sha256(canonicalJson(permit)),
    };
  },
  isOwn: ({ permit, signature }) => sha256(canonicalJson(permit)) === signature,
};

const signAsHands = (text: string) => sha256(`hands ${text}`);
const testHandsKey: HandsKey = { fingerprint: () => 'SHA256:test-hands', isOwn: (text, signature) => signAsHands(text) === signature };

/** What hands were asked under a permit for this plan, and answered. */
export interface TestAnswer<Answer> {
  readonly act: Act;
  readonly answer: Answer;
  readonly index?: number;
  readonly steps?: number;
  readonly change?: Partial<Permit>;
}

/** As the hands of the brain's host answer, and sign it. */
export function answerOf<Answer>(plan: ExecutionPlan, { act, answer, index, steps, change }: TestAnswer<Answer>) {
  const purpose = act === 'execute' || act === 'settle' || act === 'close' ? undefined : act;
  const permit: Permit = {
    ...{ v: 1, vessel: 'janus-test', proposalId: plan.proposalId, firstRunId: 'run', host: 'here', hands: testHandsKey.fingerprint() },
    ...{ digest: planDigest(sha256, plan), receipt: 'proposals:1:0123456789abcdef', expiresAt: '2026-01-02T03:14:05.678Z' },
    ...(purpose !== undefined && { purpose }),
    ...(steps !== undefined && { steps }),
    ...change,
  };
  const signed = testPermits.issue(permit);
  const sent = asSent(answer);
  const statement = {
    ...{ act, permit: permitDigest(sha256, permit), presented: signed.signature },
    ...(index !== undefined && { index }),
    answer: sent,
  };
  return { permit: signed, answer: { act, answer: sent, signature: signAsHands(answerText(statement)) } };
}

/** A brain on a real trail; everything else is fixed, or moved by the test. Two on one folder are two processes. */
export function openBrain(folder: string, change: BrainChange = {}): BrainBench {
  const circumstances: Circumstances = { now: new Date('2026-01-02T03:04:05.678Z'), context: {}, emergency: undefined, broken: false };
  const novelty = createNovelty();
  const spoken = createSpoken();
  const standing = createStanding();
  const attempts = createAttempts();
  const [calls, oracles] = [createModelCalls(), createOracleCalls()];
  const [vessel, decided] = [createVesselTrail(), createDecided()];
  const breachesAnswered: BrainBench['breachesAnswered'] = [];
  const policySide = openPolicySide(change.policyFiles);
  const holds = { rates: createRates(change.rateLimits ?? {}), pause: createPause(sha256) };
  const alarms: BrainBench['alarms'] = [];
  const { trail, file } = openTrail(folder, {
    projections: [novelty, spoken, holds.rates, holds.pause, decided],
    missionLog: [standing, attempts, calls, oracles, vessel, ...policySide.projections],
    clock: () => circumstances.now,
  });
  const unlessBroken = <T>(work: () => Promise<T>): Promise<T> =>
    circumstances.broken ? Promise.reject(new JanusError('AUDIT_UNAVAILABLE', 'the disk is full')) : work();
  const brain = createBrainActivities({
    trail: {
      append: (log, ...entries) => unlessBroken(() => trail.append(log, ...entries)),
      decide: (log, decide) => unlessBroken(() => trail.decide(log, decide)),
      find: (log, id) => unlessBroken(() => trail.find(log, id)),
    },
    novelty,
    spoken,
    standing,
    holds,
    attempts,
    violations: {
      action: change.violationAction ?? 'alert',
      setAside: async (id) => (breachesAnswered.push(`evidence ${id}`), '/evidence'),
      pullStop: async (reason) => (breachesAnswered.push(`stop ${reason}`), 'stop-0123456789ab'),
    },
    sha256,
    now: () => circumstances.now,
    self: { vessel: 'janus-test', namespace: 'default', host: 'here' },
    rules: {
      parse: parseProposal,
      context: async () => aContext(circumstances.context),
      policyVersion: 'policy 1',
      cooldowns: { completedSeconds: 3_600, rejectedSeconds: 7_200 },
      previewByRisk: {},
      ...change.rules,
    },
    approvals: {
      policy: openApprovals,
      signatures: testKeys(),
      vouchers: noVouchers,
      seconds: 86_400,
      onTimeout: 'expired',
      ...change.approvals,
    },
    // A test may go on moving it.
    thinking: Object.assign(change.thinking ?? {}, {
      ...{ autonomous: false, seconds: 30, limits: generousLimits, ...change.thinking, calls },
      lookups: { dailyMax: { groq: 3, wolfram: 3, datacommons: 10 }, perCycleMax: 4, seconds: 5, calls: oracles },
    }),
    mode: {
      vessel,
      decided,
      settings: charter,
      recommenders: ['claude', 'gemini', 'codex'],
      ceiling: 'alpha',
      confirmation: { at: undefined },
      keys: testKeys(),
      words: { isOwn: (text, signature) => (change.approvals?.vouchers ?? noVouchers).isOwn(text, signature) },
      grants: grantsOf(),
      ...change.mode,
    },
    policy: policySide.dependencies,
    orders: { limitMax: 4, vouch: (text) => sha256(`brain ${text}`), takeSwitchAway: async () => undefined, ...change.orders },
    restore: { ...nothingRestored(trail), ...change.restore },
    permits: { ...testPermits, seconds: 600, ...change.permits },
    playbookConsent: change.playbookConsent ?? (async () => notApproved('NOT_APPROVED', 'nobody has approved it')),
    hands: { ...testHandsKey, ...change.hands },
    emergencyStop: async () => circumstances.emergency,
    alarm: async (alarm) => void alarms.push(alarm),
  });
  const review = (fields: Partial<ProposalDocument> = {}) => {
    const document = aDocument(fields);
    return brain.reviewProposal({ identity: identityOf(document.proposal_id), document });
  };
  return {
    ...brain,
    circumstances,
    alarms,
    breachesAnswered,
    file,
    toolFile: file.replace('proposals', 'tool_use'),
    review,
    passed: async (fields = {}) => {
      const outcome = await review(fields);
      if (outcome.kind !== 'passed') throw new Error(`not passed: ${JSON.stringify(outcome)}`);
      const document = aDocument(fields);
      return { document, plan: unpackPlan(outcome.plan), digest: outcome.digest, identity: identityOf(document.proposal_id) };
    },
  };
}
