import { join } from 'node:path';
import { ApplicationFailure, Context } from '@temporalio/activity';
import { lookForStop } from '../../../src/activities/brain/look-for-stop.js';
import { createBrainActivities } from '../../../src/activities/brain/create-brain-activities.js';
import { createControlActivities } from '../../../src/activities/hands/create-control-activities.js';
import { countedPlaces, createGate } from '../../../src/activities/hands/gate.js';
import { createHalting } from '../../../src/activities/hands/halting.js';
import { standing } from '../standing-stop.js';
import { nothingRestored } from '../vessel/restored.js';
import type { HandsDependencies } from '../../../src/activities/hands/dependencies.js';
import { createHandsActivities } from '../../../src/activities/hands/create-hands-activities.js';
import { createKept } from '../../../src/activities/hands/controls/kept.js';
import { journalsStamp, noteRecorded, readUnrecorded } from '../../../src/adapters/controls/journal.js';
import { benchThinking, wireBenchMind } from './mind.js';
import { createPreviewActivities } from '../../../src/activities/hands/create-preview-activities.js';
import { nothingUnderWay } from '../../../src/activities/hands/under-way.js';
import { createRollbackActivities } from '../../../src/activities/hands/create-rollback-activities.js';
import { createAuditTrail } from '../../../src/adapters/audit/write/create-audit-trail.js';
import { realFiles } from '../../../src/adapters/audit/write/log-file.js';
import { createEscapement } from '../../../src/adapters/host/escapement.js';
import { createStartLedger } from '../../../src/adapters/ledger/create-start-ledger.js';
import { createPermitIssuer, createPermitVerifier, createVouchers } from '../../../src/adapters/permit/create-permits.js';
import { createAnswerSigner, createHandsKey } from '../../../src/adapters/permit/hands-keys.js';
import type { KeyFiles } from '../../../src/adapters/permit/key-pair.js';
import type { BrainActivities } from '../../../src/contract/activities.js';
import type { ThinkingActivities } from '../../../src/contract/thinking.js';
import type { VesselActivities } from '../../../src/contract/orders.js';
import type { ControlActivities, HandsActivities, PreviewActivities } from '../../../src/contract/hands.js';
import { createModelCalls } from '../../../src/domain/thinking/model-calls.js';
import { createNovelty } from '../../../src/domain/trail/novelty.js';
import { createSpoken } from '../../../src/domain/trail/spoken.js';
import { createStanding } from '../../../src/domain/trail/standing.js';
import { parseProposal } from '../../../src/domain/action/proposal.schema.js';
import { aContext, sha256 } from '../proposals/proposals.js';
import { ownGrantsOf } from './mode.js';
import { benchObeying } from './obeying.js';
import { createFakePreviewer } from './fake-previewer.js';
import { logFiles, openBenchHolds } from './holds.js';
import type { Knobs } from './knobs.js';
import { testHost, vessel } from './knobs.js';
import type { ScriptedSandbox } from './scripted-sandbox.js';

export interface Clock {
  readonly now: () => Date;
  /** Takes over the server's time, which may have been skipped ahead. */
  sync(): Promise<void>;
}

export function serverClock(serverNow: () => Promise<number>): Clock {
  let base = { server: Date.now(), own: performance.now() };
  return {
    now: () => new Date(base.server + performance.now() - base.own),
    sync: async () => {
      base = { server: await serverNow(), own: performance.now() };
    },
  };
}

/** Every call is made at the server's time. */
function onTime<T extends object>(activities: T, clock: Clock): T {
  const wrapped = Object.entries(activities).map(([name, call]: [string, (request: unknown) => Promise<unknown>]) => [
    name,
    async (request: unknown) => {
      await clock.sync();
      return call(request);
    },
  ]);
  return Object.fromEntries(wrapped) as T;
}

export interface BenchBrain {
  readonly activities: BrainActivities & VesselActivities & ThinkingActivities;
  close(): Promise<void>;
}

/** The real activities of the brain over a real audit trail. */
export function wireBenchBrain(folder: string, keys: KeyFiles, clock: Clock, knobs: Knobs): BenchBrain {
  const novelty = createNovelty();
  const spoken = createSpoken();
  const standing = createStanding();
  const vouchers = createVouchers(keys);
  const { ofProposals, ofMissions, ...held } = openBenchHolds(knobs, vouchers);
  const calls = createModelCalls();
  const trail = createAuditTrail({
    files: logFiles(folder),
    vesselName: 'Test vessel',
    clock: clock.now,
    projections: { proposals: [novelty, spoken, ...ofProposals], mission_log: [standing, calls, ...ofMissions] },
    seam: {
      ...realFiles,
      write: (handle, bytes) => {
        if (!knobs.diskFull) return realFiles.write(handle, bytes);
        knobs.onDiskFull();
        return Promise.reject(new Error('ENOSPC: no space left on device'));
      },
    },
  });
  const issuer = createPermitIssuer(keys);
  const activities = createBrainActivities({
    trail,
    novelty,
    spoken,
    standing,
    ...{ ...held, restore: nothingRestored(trail) },
    thinking: benchThinking(knobs, calls),
    playbookConsent: (id, hash) => knobs.playbook(id, hash),
    sha256,
    now: clock.now,
    self: {
      vessel,
      namespace: 'default',
      get host() {
        return knobs.host;
      },
    },
    rules: {
      parse: parseProposal,
      context: () => Promise.resolve(aContext(knobs.rules)),
      policyVersion: 'test-policy',
      cooldowns: { completedSeconds: 0, rejectedSeconds: 0 },
      get previewByRisk() {
        return knobs.previewByRisk;
      },
    },
    approvals: {
      signatures: { verify: (check) => knobs.keys.verify(check) },
      vouchers,
      get policy() {
        return knobs.approvals;
      },
      get seconds() {
        return knobs.approvalSeconds;
      },
      get onTimeout() {
        return knobs.onTimeout;
      },
    },
    permits: {
      ...issuer,
      get seconds() {
        return knobs.permitSeconds;
      },
    },
    hands: createHandsKey(join(folder, 'hands')),
    orders: { limitMax: 4, vouch: (text) => vouchers.vouch(text), takeSwitchAway: async () => undefined },
    emergencyStop: async () => knobs.emergencyStop.brain ?? lookForStop({ trail, standing, onDisk: async () => knobs.stopOnDisk }),
    alarm: async (alarm) => void knobs.alarms.push(alarm),
  });
  return { activities: onTime(activities, clock), close: () => trail.close() };
}

/** What the controls of the bench have yet to have recorded. */
export const journalIn = (folder: string) => join(folder, 'controls', 'journal');

type AllHands = HandsActivities & PreviewActivities;

/** Some calls are answered by somebody who is not the hands. */
function forgedFirst<Hands extends object>(hands: Hands, knobs: Knobs): Hands {
  const calls = Object.entries(hands).map(([name, call]: [string, (request: unknown) => Promise<unknown>]) => [
    name,
    (request: unknown) => {
      const forged = knobs.handsForge[name as keyof Knobs['handsForge']]?.shift();
      if (typeof forged === 'function') return (forged as (honest: () => Promise<unknown>) => Promise<unknown>)(() => call(request));
      return forged === undefined ? call(request) : Promise.resolve(forged);
    },
  ]);
  return Object.fromEntries(calls) as Hands;
}

function failingFirst(hands: AllHands, knobs: Knobs): AllHands {
  const calls = Object.entries(hands).map(([name, call]: [string, (request: unknown) => Promise<unknown>]) => [
    name,
    (request: unknown) => {
      const fail = knobs.handsFail[name as keyof AllHands];
      if (fail === undefined || fail.times <= 0) return call(request);
      fail.times -= 1;
      const failure = ApplicationFailure.create({ message: 'no word from the hands', nonRetryable: !fail.retryable });
      // Stack traces end in histories, and name the machine.
      failure.stack = '';
      return Promise.reject(failure);
    },
  ]);
  return Object.fromEntries(calls) as AllHands;
}

interface BenchHands {
  readonly folder: string;
  readonly keys: KeyFiles;
  readonly handsKeys: KeyFiles;
  readonly clock: Clock;
  readonly knobs: Knobs;
  readonly sandbox: ScriptedSandbox;
}

/** The real activities of the hands with the real ledger and permits; only the sandbox starts nothing. */
export function wireBenchHands({ folder, keys, handsKeys, clock, knobs, sandbox }: BenchHands) {
  const answers = createAnswerSigner(handsKeys);
  const deps: HandsDependencies = {
    answers,
    self: { vessel, namespace: 'default', host: testHost },
    now: clock.now,
    approvals: {
      get policy() {
        return knobs.handsApprovals ?? knobs.approvals;
      },
      signatures: { verify: (check) => knobs.keys.verify(check) },
    },
    sandbox,
    previewer: createFakePreviewer(knobs),
    ledger: createStartLedger({ folder: join(folder, 'ledger') }),
    permits: createPermitVerifier({ publicKeyFile: keys.publicKeyFile, vessel, host: testHost, hands: answers.fingerprint }),
    gates: { actions: createGate(countedPlaces(() => knobs.slots)), previews: createGate(countedPlaces(() => 16)) },
    ownRisk: { floor: {}, irreversible: [] },
    ownGrants: ownGrantsOf(knobs),
    sha256,
    emergencyStop: () => Promise.resolve(knobs.emergencyStop.hands),
    halting: createHalting(async () => standing(knobs.emergencyStop.hands)),
    spare: (_, work) => work(),
    underWay: nothingUnderWay(),
  };
  const escapement = createEscapement({ intervalMilliseconds: 20, isStopped: () => false });
  const control = createControlActivities({
    escapement,
    driver: { state: undefined, resume: () => undefined },
    kept: createKept({
      folder: {
        stamp: () => journalsStamp(journalIn(folder)),
        read: () => readUnrecorded(journalIn(folder)),
        noteRecorded: (marks) => noteRecorded(journalIn(folder), marks),
      },
      self: { vessel, host: testHost },
      sign: (text) => answers.sign(text),
      isOwn: (text, signature) => createVouchers(keys).isOwn(text, signature),
      monotonic: () => performance.now(),
    }),
    sign: (text) => answers.sign(text),
  });
  const beat: ControlActivities['beat'] = async (request) => (await knobs.beat?.(Context.current().info.attempt)) ?? control.beat(request);
  const { keeper, ...obeying } = benchObeying({ folder, keys, answers, knobs });
  return {
    keeper,
    hands: forgedFirst(failingFirst(onTime({ ...createHandsActivities(deps), ...createPreviewActivities(deps) }, clock), knobs), knobs),
    rollback: forgedFirst(onTime(createRollbackActivities(deps), clock), knobs),
    control: { beat, ...forgedFirst(obeying, knobs) },
    mind: wireBenchMind({ folder, keys, clock, knobs }),
    escapement,
    waitingAtGate: () => deps.gates.actions.waiting,
  };
}
