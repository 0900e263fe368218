import type { Logger } from 'pino';
import type { Kept } from '../../activities/hands/controls/kept.js';
import { createKept } from '../../activities/hands/controls/kept.js';
import type { ControlDependencies } from '../../activities/hands/create-control-activities.js';
import { createControlActivities } from '../../activities/hands/create-control-activities.js';
import { countedPlaces, createGate } from '../../activities/hands/gate.js';
import { createHalting } from '../../activities/hands/halting.js';
import type { HandsDependencies } from '../../activities/hands/dependencies.js';
import { createHandsActivities } from '../../activities/hands/create-hands-activities.js';
import { createPreviewActivities } from '../../activities/hands/create-preview-activities.js';
import { createObeyActivities } from '../../activities/hands/obeying.js';
import { isUnderWay, nothingUnderWay } from '../../activities/hands/under-way.js';
import { createRollbackActivities } from '../../activities/hands/create-rollback-activities.js';
import { createEgressClient } from '../../adapters/egress/egress-client.js';
import { journalsStamp, noteRecorded, readUnrecorded } from '../../adapters/controls/journal.js';
import { hostMilliseconds } from '../../adapters/controls/state-page.js';
import { keepRunning } from '../../adapters/controls/running-lines.js';
import { createOrderKeeper } from '../../adapters/controls/kept-orders.js';
import { liftStops } from '../../adapters/controls/lift-stops.js';
import { readStop, stopFilesOf } from '../../adapters/controls/stop-mark.js';
import { stopReason } from '../../adapters/controls/stop-reason.js';
import type { ActionState } from '../../adapters/ledger/action-state.js';
import { createStartLedger } from '../../adapters/ledger/create-start-ledger.js';
import { createPermitVerifier, createVoucherVerifier, permitKeyFiles } from '../../adapters/permit/create-permits.js';
import type { AnswerSigner } from '../../adapters/permit/permit.js';
import { createAnswerSigner, ensureHandsKeys } from '../../adapters/permit/hands-keys.js';
import { currentActionAccount } from '../../adapters/sandbox/profile/account.js';
import { createPreviewer } from '../../adapters/sandbox/preview/create-previewer.js';
import { createSandbox } from '../../adapters/sandbox/run/create-sandbox.js';
import type { Janitor } from '../../adapters/sandbox/upkeep/janitor.js';
import { startJanitor } from '../../adapters/sandbox/upkeep/janitor.js';
import type { Sandbox } from '../../adapters/sandbox/contract/sandbox.js';
import { tierOfThisMachine } from '../../adapters/sandbox/tiers/ladder.js';
import type { JanusConfig } from '../../config/config.js';
import { createStateOf } from '../../adapters/ledger/settled.js';
import type { SignatureVerifier } from '../../adapters/signatures/signature-verifier.js';
import { resolvePrograms } from '../../adapters/host/programs.js';
import { grantSettings } from '../../config/grant-settings.js';
import { openSignatures } from '../../adapters/signatures/open-signatures.js';
import { sha256 } from '../../adapters/files/sha256.js';
import { wirePlaybookConsent } from './playbook-consent.js';
import type { HandsControls } from './hands-controls.js';
import { controlFiles } from './hands-controls.js';

function openSandbox({ sandbox: { bwrapPath, account }, paths }: JanusConfig): Sandbox {
  return createSandbox({ bwrapPath, workspacesRoot: paths.workspaces, account, gateway: createEgressClient(paths.egressControl) });
}

/** Everything that the hands' workers need: sandbox, ledger, their own key, the public half of the brain's. No audit files. */
export async function wireHands(
  config: JanusConfig,
  { gate, escapement, driver }: Pick<HandsControls, 'gate' | 'escapement'> & Pick<ControlDependencies, 'driver'>,
  {
    namespace,
    hasEnded,
    sandbox = openSandbox(config),
  }: { readonly namespace: string; readonly hasEnded: (proposalId: string) => Promise<boolean>; readonly sandbox?: Sandbox },
) {
  const { publicKeyFile } = permitKeyFiles(config.paths.keys);
  const account = currentActionAccount(config.sandbox.account);
  const running = keepRunning(config.paths.controls, { workspaces: config.paths.workspaces, uids: [account.uid] });
  const answers = createAnswerSigner(await ensureHandsKeys(config.paths.handsKeys));
  const signatures = openSignatures(config.approvals);
  const deps: HandsDependencies = {
    sandbox,
    answers,
    ledger: createStartLedger({ folder: config.paths.ledger }),
    permits: createPermitVerifier({ publicKeyFile, vessel: config.vesselId, host: config.host, hands: answers.fingerprint }),
    gates: { actions: gate, previews: createGate(countedPlaces(() => 1)) },
    ownGrants: wireGrants(config, signatures),
    ownRisk: {
      floor: config.policy.riskFloor,
      irreversible: config.tools.filter(({ reversible }) => !reversible).map(({ name }) => name),
    },
    sha256,
    approvals: { policy: config.approvals, signatures },
    self: { vessel: config.vesselId, namespace, host: config.host },
    now: () => new Date(),
    emergencyStop: () => stopReason(config.paths),
    halting: createHalting(() => readStop(stopFilesOf(config.paths))),
    spare: (workspace, work) => running.spare(workspace, work),
    underWay: nothingUnderWay(),
    previewer: createPreviewer({ sandbox, workspacesRoot: config.paths.workspaces, account: config.sandbox.account }),
  };
  const report = await sandbox.inspect();
  // Not before: what the self-test runs is nobody's action.
  running.tell({ cgroups: (await tierOfThisMachine(account)).parents });
  return {
    running,
    hands: { ...createHandsActivities(deps), ...createPreviewActivities(deps) },
    rollback: createRollbackActivities(deps),
    control: {
      ...createControlActivities({ escapement, driver, kept: wireKept(config, answers), sign: (text) => answers.sign(text) }),
      ...wireObeying(config, answers),
    },
    report,
    stateOf: createStateOf({
      ledger: deps.ledger,
      isBusy: (proposalId) => isUnderWay(deps.underWay, proposalId),
      hasEnded,
      retentionDays: config.workspaceRetentionDays,
      now: deps.now,
    }),
  };
}

/** What may run here without a person, by what lies on this host. */
const wireGrants = (config: JanusConfig, signatures: SignatureVerifier): HandsDependencies['ownGrants'] => ({
  settings: grantSettings(config),
  tools: config.tools,
  playbook: wirePlaybookConsent(config, signatures),
  programs: () => resolvePrograms(config.tools),
});

/** What happened on this host and has yet to be recorded: signed by these hands, dropped by the brain's word. */
function wireKept({ paths, vesselId: vessel, host }: JanusConfig, answers: AnswerSigner): Kept {
  const { journal } = controlFiles(paths.controls);
  const verifier = createVoucherVerifier(permitKeyFiles(paths.keys));
  return createKept({
    folder: {
      stamp: () => journalsStamp(journal),
      read: () => readUnrecorded(journal),
      noteRecorded: (marks) => noteRecorded(journal, marks),
    },
    self: { vessel, host },
    sign: (text) => answers.sign(text),
    isOwn: (text, signature) => verifier.isOwn(text, signature),
    monotonic: hostMilliseconds,
  });
}

/** Obeys what the brain says that stands of the people's orders. */
function wireObeying({ paths, vesselId: vessel, host }: JanusConfig, answers: AnswerSigner) {
  const verifier = createVoucherVerifier(permitKeyFiles(paths.keys));
  const isOwn = (text: string, signature: string) => verifier.isOwn(text, signature);
  const keeper = createOrderKeeper({ folder: paths.controls, vessel, host, isOwn });
  return createObeyActivities({ keeper, clearStops: (ids) => liftStops(stopFilesOf(paths), ids), answers });
}

/** Looks after the workspaces from the start of hands on; `stateOf` keeps it from those that are still needed. */
export function wireJanitor(config: JanusConfig, stateOf: (proposalId: string) => Promise<ActionState>, log: Logger): Janitor {
  return startJanitor({
    workspacesRoot: config.paths.workspaces,
    retentionDays: config.workspaceRetentionDays,
    removes: config.workspaceCleanup,
    stateOf,
    uids: [currentActionAccount(config.sandbox.account).uid],
    log,
  });
}
