import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '../../files/sha256.js';
import type { Change, Effect, PreviewReport, RehearsedStep, Tree } from '../../../domain/action/effect.js';
import { compareTrees, effectDigest } from '../../../domain/action/effect.js';
import { hasCode } from '../../../domain/errors.js';
import { unmetExpectations } from '../../../domain/action/expectation.js';
import type { Grant, PlannedCommand } from '../../../domain/action/plan.js';
import { rollbackSequence } from '../../../domain/action/plan.js';
import type { Account } from '../profile/account.js';
import { currentActionAccount } from '../profile/account.js';
import type { GrantCopy } from './grant-copy.js';
import { copyGrant, treeOfCopy } from './grant-copy.js';
import { lastWords } from './last-words.js';
import { assertItself, makeOverlays, measureOverlay } from './overlay.js';
import type { Previewer, PreviewSubject } from '../contract/previewer.js';
import type { Overlay, Sandbox } from '../contract/sandbox.js';
import { copyTree, makeScratch, removeScratch, scratchFolder } from '../workspace/scratch.js';
import { sweepScratches } from '../workspace/scratch-name.js';
import { openStage } from '../workspace/stage.js';
import { textDiff } from './text-diff.js';
import { createMeasurer } from './tree.js';

export interface PreviewerSettings {
  readonly sandbox: Sandbox;
  /** Copies lie beside the workspaces, so that what holds for those holds for them. */
  readonly workspacesRoot: string;
  readonly account: string;
}

/** One throw-away copy, and everything that is needed to run in it and to measure it. */
interface Copy {
  readonly scratch: string;
  readonly workspace: string;
  /** What stands in for the writable grants: copies, and overlays where a copy would not be the same. */
  readonly copies: readonly GrantCopy[];
  readonly overlays: readonly Overlay[];
  readonly caveats: readonly string[];
  readonly account: Account;
  /** The workspace before anything ran. */
  readonly before: Tree;
  readonly incomplete: readonly string[];
}

async function runAll(
  { sandbox, subject, signal }: { readonly sandbox: Sandbox; readonly subject: PreviewSubject; readonly signal: AbortSignal },
  { scratch, workspace, copies, overlays }: Copy,
  commands: readonly { readonly name: string; readonly command: PlannedCommand }[],
): Promise<RehearsedStep[]> {
  const { limits, grants, minimumTier } = subject;
  const steps: RehearsedStep[] = [];
  for (const { name, command } of commands) {
    const outputPrefix = join(scratch, 'output', name);
    const result = await sandbox.run(
      {
        command,
        workspace,
        limits,
        grants,
        network: [],
        ...(minimumTier !== undefined && { minimumTier }),
        outputPrefix,
        overlays: { scratch, list: overlays },
        standIns: new Map(copies.map(({ grant, source }) => [grant.path, source])),
        observesNetwork: true,
      },
      signal,
    );
    signal.throwIfAborted();
    const problems = unmetExpectations(command.expect, result).map((problem) => problem.slice(0, 300));
    const { reason, exitCode, attemptedConnections } = result;
    const said = problems.length > 0 ? { lastWords: lastWords(outputPrefix) } : {};
    steps.push({ tool: command.tool, reason, exitCode, problems, ...said, ...(attemptedConnections && { attemptedConnections }) });
    // The real run stops here too, and rolls back.
    if (problems.length > 0) break;
  }
  return steps;
}

/** What differs from the beginning, in the workspace and in every granted folder. */
async function measure({
  scratch,
  workspace,
  copies,
  overlays,
  account,
  before,
  incomplete,
}: Copy): Promise<Pick<Effect, 'changes' | 'incomplete'>> {
  const measurer = createMeasurer();
  const after = await measurer.measureTree(workspace);
  const changes: Change[] = compareTrees('/workspace', before, after.nodes, textDiff);
  const problems = [...incomplete, ...after.incomplete];
  for (const copy of copies) {
    const { after: now, incomplete: unseen } = await treeOfCopy(copy);
    changes.push(...compareTrees(copy.root, copy.before, now, textDiff));
    problems.push(...unseen.map((problem) => `${copy.root}: ${problem}`));
  }
  for (const overlay of overlays) {
    const seen = await measureOverlay(scratch, overlay, measurer, account);
    changes.push(...compareTrees(overlay.grant.path, seen.before, seen.after, textDiff));
    problems.push(...seen.incomplete.map((problem) => `${overlay.grant.path}: ${problem}`));
  }
  return { changes, incomplete: [...new Set(problems)] };
}

/** What an overlay is not able to, without the rights of root. */
const ofOverlay = ({ path }: Grant, why: string) =>
  `${path} was shown through an overlay, because ${why}. Renaming a folder that was there fails in it (EXDEV, "Invalid cross-device link"), a ` +
  'file with several names is parted from the others when it is changed, changing a large file counts its whole size as written, and default ' +
  'access lists are not inherited';

async function openCopy(
  { sandbox, scratch, account }: { readonly sandbox: Sandbox; readonly scratch: string; readonly account: Account },
  { workspace: original, grants }: PreviewSubject,
  signal: AbortSignal,
): Promise<Copy> {
  const workspace = scratchFolder(scratch, 'workspace', account);
  // Outputs are the worker's: no action sees them.
  mkdirSync(join(scratch, 'output'), { mode: 0o700 });
  if (original !== undefined) await copyTree(original, workspace, account);
  const { nodes: before, incomplete } = await createMeasurer().measureTree(workspace);
  const [copies, covered, caveats]: [GrantCopy[], Grant[], string[]] = [[], [], []];
  for (const [index, grant] of grants.filter(({ writable }) => writable).entries()) {
    assertItself(grant);
    const copied = await copyGrant({ sandbox, scratch, account }, grant, index, signal);
    if (typeof copied !== 'string') copies.push(copied);
    else {
      covered.push(grant);
      caveats.push(ofOverlay(grant, copied));
    }
  }
  const overlays = await makeOverlays(scratch, covered, account);
  return { scratch, workspace, account, before, incomplete, copies, caveats, overlays };
}

/** One run in a copy of its own, which is gone afterwards. */
async function rehearse(settings: PreviewerSettings, subject: PreviewSubject, signal: AbortSignal): Promise<Effect> {
  const { sandbox, workspacesRoot } = settings;
  const account = currentActionAccount(settings.account);
  const scratch = await makeScratch(workspacesRoot, account);
  try {
    const copy = await openCopy({ sandbox, scratch, account }, subject, signal);
    const named = subject.steps.map((command, index) => ({ name: `step-${index + 1}`, command }));
    const steps = await runAll({ sandbox, subject, signal }, copy, named);
    const { caveats } = copy;
    const effect = { ...(await measure(copy)), omitted: 0, ...(caveats.length > 0 && { caveats }), steps };
    const undoing = rollbackSequence(subject, steps.length);
    if (undoing.length === 0) return effect;
    const commands = undoing.map(({ index, command }) => ({ name: `rollback-${index + 1}`, command }));
    const undone = await runAll({ sandbox, subject, signal }, copy, commands);
    const { changes, incomplete } = await measure(copy);
    const left = changes.map(({ root, path, change }) => `${change} ${root}/${path}`);
    const equal = left.length === 0 && incomplete.length === 0;
    const unclear = !equal && caveats.length > 0 && [...steps, ...undone].some(({ problems }) => problems.length > 0);
    return { ...effect, rollback: { steps: undone, equal, left, ...(unclear && { unclear }) } };
  } finally {
    await removeScratch(scratch);
  }
}

function whyUnbound({ grants }: PreviewSubject, first: Effect, differing: string | undefined): string | undefined {
  if (first.steps.some(({ problems }) => problems.length > 0)) {
    const whose = first.caveats === undefined ? '' : ', which could not do all that the run can';
    return `it did not succeed in the preview${whose}`;
  }
  if (first.incomplete.length > 0) return 'its effect could not be measured whole';
  if (differing !== undefined) return `two runs differ in ${differing}`;
  // Putting many files of a shared folder in place is no single step.
  const writable = grants.find((grant) => grant.writable);
  return writable === undefined ? undefined : `it writes to the granted folder ${writable.path}`;
}

/** Where two runs had different effects; undefined where they had the same. */
function differenceOf(first: Effect, second: Effect): string | undefined {
  if (effectDigest(sha256, first) === effectDigest(sha256, second)) return undefined;
  const facts = ({ changes }: Effect) =>
    new Map(changes.map((change) => [`${change.root}/${change.path}`, effectDigest(sha256, { changes: [change], steps: [] })]));
  const [one, other] = [facts(first), facts(second)];
  const paths = [...new Set([...one.keys(), ...other.keys()])].filter((path) => one.get(path) !== other.get(path));
  const more = paths.length > 5 ? ` and ${paths.length - 5} more` : '';
  return paths.length === 0 ? 'how they ended' : `${paths.slice(0, 5).join(', ')}${more}`;
}

async function previewTwice(settings: PreviewerSettings, subject: PreviewSubject, signal: AbortSignal): Promise<PreviewReport> {
  if (subject.network.length > 0) return { state: 'not_previewable', why: 'it uses the network, which a preview never has' };
  await sweepScratches(settings.workspacesRoot);
  const effect = await rehearse(settings, subject, signal);
  const report = { state: 'previewed', effect, effectDigest: effectDigest(sha256, effect) } as const;
  // What fails is shown as it failed; there is nothing to compare.
  const succeeded = effect.steps.every(({ problems }) => problems.length === 0);
  const differing = succeeded ? differenceOf(effect, await rehearse(settings, subject, signal)) : undefined;
  const unbound = whyUnbound(subject, effect, differing);
  return {
    ...report,
    runs: succeeded ? 2 : 1,
    agreed: succeeded && differing === undefined,
    ...(unbound !== undefined && { unbound }),
  };
}

/** Previews with the very sandbox that runs actions: same profile, same limits, never the network. */
export function createPreviewer(settings: PreviewerSettings): Previewer {
  return {
    stage: () => openStage(settings.workspacesRoot, currentActionAccount(settings.account)),
    preview: async (subject, signal) => {
      try {
        return await previewTwice(settings, subject, signal);
      } catch (error) {
        if (!hasCode(error, 'SANDBOX_UNAVAILABLE')) throw error;
        return { state: 'not_previewable', why: error.message };
      }
    },
  };
}
