import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, resolve } from 'node:path';
import type { Sandbox, SandboxRequest } from '../../../adapters/sandbox/contract/sandbox.js';
import { stopWords } from '../../../domain/controls/stop.js';
import { hasCode, JanusError } from '../../../domain/errors.js';
import { isDomainPattern } from '../../../domain/text/domain-name.js';
import type { CommandResult } from '../../../domain/action/result.js';
import { unmeasured } from '../../../domain/action/result.js';
import { isShown } from '../../../domain/constitution/program-place.js';
import type { JanusConfig } from '../../../config/config.js';
import type { Command, Context, Invocation, Values } from '../../command.js';
import { textOf, textsOf } from '../../command.js';
import { previewJson, showPreview } from '../proposals/previewing.js';
import { EXIT } from '../../exit-codes.js';
import { jsonObjects } from '../../schemas/json-objects.js';
import { shown } from '../../terminal/output.js';
import { assertWithin, parseLimits } from './limit-flags.js';
import { connected, withoutInput } from './streams.js';
import { snakeKeys } from '../../../domain/text/key-case.js';

/** A preview copies the folder, and makes none. */
function existing(folder: string): string {
  if (!existsSync(folder)) throw new JanusError('USAGE', `${folder} does not exist: there is nothing to copy`, { next: `mkdir ${folder}` });
  return folder;
}

/** `--allow-domain`: an operator may name domains that no list has; a scheme, a port, an address or a wildcard in the middle is no domain. */
export function parseDomains(values: Values): readonly string[] {
  return textsOf(values, 'allow-domain').map((each) => {
    if (isDomainPattern(each)) return each;
    throw new JanusError('USAGE', `${JSON.stringify(each)} is no domain`, {
      next: 'a lower-case host name or *.host, without scheme, port, path or address: --allow-domain api.example.org',
    });
  });
}

const json = jsonObjects(({ z, text, result }) => ({ 'sandbox-result': z.strictObject({ workspace: text, ...result.shape }) }));

/** Why it ended where it did not end by itself, and with --json all of it; the exit code of the whole. */
function report(result: CommandResult, workspace: string, context: Context): number {
  if (context.json) json.write(context.stdout, 'sandbox-result', { workspace, ...snakeKeys(result) });
  else if (result.reason !== 'exit')
    context.stderr.write(`ubos: ended by ${result.reason}${result.note === undefined ? '' : `: ${shown(result.note)}`}\n`);
  // Where the command ended itself by a signal, 128 + its number, as in a shell.
  return result.reason === 'exit' || result.reason === 'signal' ? (result.exitCode ?? EXIT.failure) : EXIT.timeout;
}

/** With --json what was never started has a result too; the words and what to do next are on stderr either way. */
async function runOrSay(sandbox: Sandbox, request: SandboxRequest, context: Context): Promise<CommandResult> {
  try {
    return await sandbox.run(request, context.signal);
  } catch (error) {
    if (context.json && hasCode(error, 'SANDBOX_UNAVAILABLE'))
      report(unmeasured('setup-failed', context.now().toISOString(), error.message), request.workspace, context);
    throw error;
  }
}

/** What is to run, and what it gets: an action's share where --tool names one, else the policy's limits and nothing of the host. */
type Trial = Pick<SandboxRequest, 'command' | 'limits' | 'network' | 'grants' | 'minimumTier'>;

async function trialOf({ positionals, values }: Invocation, context: Context, config: JanusConfig): Promise<Trial> {
  const limits = parseLimits(values);
  const network = parseDomains(values);
  assertWithin(limits, config.policy.limits, 'policy.json');
  const tool = textOf(values, 'tool');
  if (tool !== undefined) {
    const { planTrial } = await import('./as-action.js');
    const { steps, ...plan } = await planTrial({ tool, args: positionals, limits, network }, config);
    const [command] = steps;
    if (command === undefined) throw new TypeError('a plan has a step');
    const { minimumTier } = plan;
    return { command, limits: plan.limits, network: plan.network, grants: plan.grants, ...(minimumTier !== undefined && { minimumTier }) };
  }
  const [program, ...args] = positionals;
  if (program === undefined)
    throw new JanusError('USAGE', 'which command?', { next: 'ubos sandbox run -- /usr/bin/id, or a tool of agent.yaml: --tool NAME' });
  const { resolveProgram } = await import('../../../adapters/host/programs.js');
  const found = await resolveProgram(program.includes('/') ? resolve(context.cwd, program) : `/usr/bin/${program}`);
  if ('problem' in found)
    throw new JanusError('USAGE', found.problem, { next: 'name a program by its path: ubos sandbox run -- /usr/bin/id' });
  if (!isShown(found.path, []))
    throw new JanusError('USAGE', `${found.path} is not in the sandbox, which shows /usr without /usr/local`, {
      next: 'grant its folder to a tool (docs/sandbox.md says how), then: ubos sandbox run --tool NAME',
    });
  return { command: { tool: 'sandbox-run', path: found.path, args }, limits: { ...config.policy.limits, ...limits }, network, grants: [] };
}

/** An operator's trial is a start like any other: with --tool it reaches what an action reaches (spec K1). */
async function assertNotStopped({ paths }: JanusConfig): Promise<void> {
  const { readStopAside } = await import('../../../adapters/controls/stop-reason.js');
  const stop = await readStopAside(paths);
  if (stop !== undefined) throw new JanusError('EMERGENCY_STOP', `${stopWords(stop)}, so nothing starts`, { next: stop.next });
}

interface Place {
  readonly sandbox: Sandbox;
  readonly settings: { readonly workspacesRoot: string; readonly account: string };
  /** The folder of --workspace. */
  readonly named: string | undefined;
}

/** Twice, on throw-away copies. */
async function preview({ command, ...rest }: Trial, { settings, sandbox, named }: Place, context: Context): Promise<number> {
  const workspace = named === undefined ? undefined : await sandbox.adoptWorkspace(existing(named));
  const subject = { ...(workspace !== undefined && { workspace }), steps: [command], rollback: [], ...rest };
  return withoutInput(context, (signal) => showPreview({ sandbox, ...settings }, subject, { ...context, signal }));
}

async function runOnce(trial: Trial, { settings, sandbox, named }: Place, config: JanusConfig, context: Context): Promise<number> {
  const { currentActionAccount } = await import('../../../adapters/sandbox/profile/account.js');
  const { openOperatorWorkspace, recordOperatorRun } = await import('../../../adapters/sandbox/workspace/operator-workspace.js');
  const { paths, agentFile } = config;
  const chosen =
    named === undefined
      ? undefined
      : openOperatorWorkspace(named, {
          workspacesRoot: paths.workspaces,
          account: currentActionAccount(settings.account),
          kept: [paths.state, dirname(agentFile), homedir()],
          closed: [paths.keys, paths.ledger],
        });
  const id = `janus-${randomBytes(6).toString('hex')}`;
  const own = await sandbox.prepareWorkspace(id);
  const outputs = sandbox.outputsOf(id);
  recordOperatorRun(outputs, chosen?.made === true ? chosen.path : undefined);
  const workspace = chosen === undefined ? own : await sandbox.adoptWorkspace(chosen.path);
  const result = await runOrSay(sandbox, { ...trial, workspace, outputPrefix: `${outputs}/run`, ...connected(context) }, context);
  // Killed with all its children first; then the command ends as Ctrl-C or --timeout end every command.
  if (context.signal.aborted) throw context.signal.reason as Error;
  return report(result, workspace, context);
}

const details = [
  "Runs a command in the very sandbox that actions get. --tool: a tool of agent.yaml with its command, grants, limits and network as an action would get them; what follows -- are the action's arguments, and what its review would refuse is refused. Without it: a program by its path, with the limits of policy.json and no grants. --limit narrows; more than policy or tool allow is refused. --workspace: a folder of its own, made where it is not there; no link, and owned by the account of the actions.",
  'Standard input goes to the command as it comes, unless it is a terminal: then it is empty. Output comes as it is written: on a terminal it is made visible, elsewhere it is the very bytes; with --json it is in the result. Ctrl-C ends the command with all its children.',
  'The self-test of escape attempts is not run; for that: ubos doctor. Needs no server; --allow-domain needs janus-egress, which npm start runs (or: node dist/worker/main.js --role egress).',
  '--preview runs it twice on throw-away copies and shows what it would change: nothing else changes, and nothing stays. Standard input is refused.',
  "Exit code: the command's own (128 + its number where it ended by a signal), or 2 when what was asked for is not allowed, 4 when the sandbox is not available (with --json the result says setup-failed), 9 under an emergency stop, 124 when a limit ended it, 130 after Ctrl-C.",
];

export const command: Command = {
  json: [json, previewJson],
  usage:
    'ubos sandbox run [--tool NAME] [--limit NAME=AMOUNT]... [--allow-domain DOMAIN]... [--workspace DIR] [--preview] [--json] -- [PROGRAM] [ARGUMENT...]',
  details: details.join('\n'),
  interrupted: 'the command was ended, with all its children',
  options: {
    tool: { type: 'string' },
    limit: { type: 'string', multiple: true },
    'allow-domain': { type: 'string', multiple: true },
    workspace: { type: 'string' },
    preview: { type: 'boolean' },
  },
  async run(invocation, context) {
    const config = await context.config();
    const trial = await trialOf(invocation, context, config);
    await assertNotStopped(config);
    const { createSandbox } = await import('../../../adapters/sandbox/run/create-sandbox.js');
    const { createEgressClient } = await import('../../../adapters/egress/egress-client.js');
    const settings = { workspacesRoot: config.paths.workspaces, account: config.sandbox.account };
    const gateway = createEgressClient(config.paths.egressControl);
    const sandbox = createSandbox({ bwrapPath: config.sandbox.bwrapPath, gateway, ...settings });
    const folder = textOf(invocation.values, 'workspace');
    const place = { sandbox, settings, named: folder === undefined ? undefined : resolve(context.cwd, folder) };
    return invocation.values['preview'] === true ? preview(trial, place, context) : runOnce(trial, place, config, context);
  },
};
