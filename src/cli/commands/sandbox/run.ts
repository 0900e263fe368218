import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, resolve } from 'node:path';
import type { Sandbox, SandboxRequest } from '../../../adapters/sandbox/contract/sandbox.js';
import { hasCode, JanusError } from '../../../domain/errors.js';
import { isDomainPattern } from '../../../domain/text/domain-name.js';
import type { Limits } from '../../../domain/action/limits.js';
import { smallestLimits } from '../../../domain/action/limits.js';
import type { CommandResult } from '../../../domain/action/result.js';
import { unmeasured } from '../../../domain/action/result.js';
import type { Command, Context, Values } from '../../command.js';
import { textOf, textsOf } from '../../command.js';
import { previewJson, showPreview } from '../proposals/previewing.js';
import { EXIT } from '../../exit-codes.js';
import { jsonObjects } from '../../schemas/json-objects.js';
import { shown } from '../../terminal/output.js';
import { snakeKeys } from '../../../domain/text/key-case.js';

interface Unit {
  readonly name: keyof Limits;
  readonly kind: 'seconds' | 'mebibytes' | 'bytes' | 'count';
  /** As in policy.json: with less nothing could start. */
  readonly min: number;
}

const units: Readonly<Record<string, Unit>> = {
  cpu: { name: 'cpuSeconds', kind: 'seconds', min: 1 },
  wall: { name: 'wallSeconds', kind: 'seconds', min: 1 },
  memory: { name: 'memoryMb', kind: 'mebibytes', min: 16 },
  disk: { name: 'diskWriteMb', kind: 'mebibytes', min: 1 },
  inodes: { name: 'inodes', kind: 'count', min: 1 },
  output: { name: 'outputBytes', kind: 'bytes', min: 1_024 },
  pids: { name: 'processes', kind: 'count', min: 1 },
  files: { name: 'openFiles', kind: 'count', min: 16 },
};

function amount(text: string, kind: Unit['kind']): number | undefined {
  const match = /^(\d+)([smKMG]?)$/.exec(text);
  const value = Number(match?.[1]);
  const unit = match?.[2] ?? '';
  if (match === null || value <= 0) return undefined;
  if (kind === 'seconds') return unit === '' || unit === 's' ? value : unit === 'm' ? value * 60 : undefined;
  if (kind === 'count') return unit === '' ? value : undefined;
  const bytes = { '': 1, K: 1_024, M: 1_048_576, G: 1_073_741_824 }[unit];
  if (bytes === undefined) return undefined;
  return kind === 'bytes' ? value * bytes : unit === '' ? value : Math.ceil((value * bytes) / 1_048_576);
}

/** `--limit cpu=4s --limit memory=256M` or `--limit cpu=4s,memory=256M`: only ever narrower than the policy. */
export function parseLimits(values: Values): Partial<Limits> {
  return Object.fromEntries(
    limitsIn(values).map((each) => {
      const [name = '', text = ''] = each.split('=');
      const unit = units[name];
      if (unit === undefined)
        throw new JanusError('USAGE', `${JSON.stringify(name)} is no limit`, {
          next: `limits are ${Object.keys(units).join(', ')}: --limit cpu=4s`,
        });
      const value = amount(text, unit.kind);
      if (value === undefined)
        throw new JanusError('USAGE', `${JSON.stringify(text)} is no amount for ${name}`, {
          next: 'examples: cpu=4s wall=10s memory=256M disk=64M inodes=5000 output=4M pids=64 files=256',
        });
      if (value < unit.min) throw new JanusError('USAGE', `${each} is too little`, { next: `the least for ${name} is ${least(unit)}` });
      return [unit.name, value];
    }),
  );
}

const limitsIn = (values: Values) => textsOf(values, 'limit').flatMap((each) => each.split(/[,\s]+/));

const least = ({ kind, min }: Unit) => `${min}${{ seconds: 's', mebibytes: 'M', bytes: '', count: '' }[kind]}`;

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

/** What the tool printed, and why it ended where it did not end by itself; the exit code of the whole. */
function report(result: CommandResult, { workspace, outputPrefix }: SandboxRequest, context: Context): number {
  if (context.json) json.write(context.stdout, 'sandbox-result', { workspace, ...snakeKeys(result) });
  else {
    context.stdout.write(shown(result.stdout.text));
    context.stderr.write(shown(result.stderr.text));
    const outputs = dirname(outputPrefix);
    if (result.stdout.truncated || result.stderr.truncated) context.stderr.write(`ubos: shortened; the full output is in ${outputs}\n`);
    if (result.reason !== 'exit')
      context.stderr.write(`ubos: ended by ${result.reason}${result.note === undefined ? '' : `: ${shown(result.note)}`}\n`);
  }
  // Where the command ended itself by a signal, 128 + its number, as in a shell.
  return result.reason === 'exit' || result.reason === 'signal' ? (result.exitCode ?? EXIT.failure) : EXIT.timeout;
}

/** With --json what was never started has a result too; the words and what to do next are on stderr either way. */
async function runOrSay(sandbox: Sandbox, request: SandboxRequest, context: Context): Promise<CommandResult> {
  try {
    return await sandbox.run(request, context.signal);
  } catch (error) {
    if (context.json && hasCode(error, 'SANDBOX_UNAVAILABLE'))
      report(unmeasured('setup-failed', context.now().toISOString(), error.message), request, context);
    throw error;
  }
}

export const command: Command = {
  json: [json, previewJson],
  usage:
    'ubos sandbox run [--limit NAME=AMOUNT]... [--allow-domain DOMAIN]... [--workspace DIR] [--preview] [--json] -- PROGRAM [ARGUMENT...]',
  details:
    "Runs a command in the very sandbox that actions get, and prints its result. The self-test of escape attempts is not run; for that: ubos doctor. Needs no server; --allow-domain needs janus-egress, which npm start runs (or: node dist/worker/main.js --role egress). --workspace: a folder of its own, made where it is not there; no link, and owned by the account of the actions. Exit code: the command's own, or 2 when what was asked for is not allowed, 4 when the sandbox is not available (with --json the result says setup-failed), 124 when a limit ended it.\n--preview runs it twice on throw-away copies of the workspace and shows what it would change: nothing else changes, and nothing stays.",
  options: {
    limit: { type: 'string', multiple: true },
    'allow-domain': { type: 'string', multiple: true },
    workspace: { type: 'string' },
    preview: { type: 'boolean' },
  },
  async run({ positionals, values }, context) {
    const [program, ...args] = positionals;
    if (program === undefined) throw new JanusError('USAGE', 'which command?', { next: 'ubos sandbox run -- /usr/bin/id' });
    const network = parseDomains(values);
    const config = await context.config();
    const [
      { createSandbox },
      { currentActionAccount },
      { openOperatorWorkspace, recordOperatorRun },
      { resolveProgram },
      { createEgressClient },
    ] = await Promise.all([
      import('../../../adapters/sandbox/run/create-sandbox.js'),
      import('../../../adapters/sandbox/profile/account.js'),
      import('../../../adapters/sandbox/workspace/operator-workspace.js'),
      import('../../../adapters/host/programs.js'),
      import('../../../adapters/egress/egress-client.js'),
    ]);
    const found = await resolveProgram(program.includes('/') ? resolve(context.cwd, program) : `/usr/bin/${program}`);
    if ('problem' in found)
      throw new JanusError('USAGE', found.problem, { next: 'name a program by its path: ubos sandbox run -- /usr/bin/id' });
    const settings = { workspacesRoot: config.paths.workspaces, account: config.sandbox.account };
    const gateway = createEgressClient(config.paths.egressControl);
    const sandbox = createSandbox({ bwrapPath: config.sandbox.bwrapPath, gateway, ...settings });
    const limits = smallestLimits(config.policy.limits, parseLimits(values));
    const named = textOf(values, 'workspace');
    if (values['preview'] === true) {
      const workspace = named === undefined ? undefined : await sandbox.adoptWorkspace(existing(resolve(context.cwd, named)));
      const subject = {
        ...(workspace !== undefined && { workspace }),
        steps: [{ tool: 'sandbox-run', path: found.path, args }],
        rollback: [],
        grants: [],
        limits,
        network,
      };
      return showPreview({ sandbox, ...settings }, subject, context);
    }
    const { paths, agentFile } = config;
    const chosen =
      named === undefined
        ? undefined
        : openOperatorWorkspace(resolve(context.cwd, named), {
            workspacesRoot: paths.workspaces,
            account: currentActionAccount(config.sandbox.account),
            kept: [paths.state, dirname(agentFile), homedir()],
            closed: [paths.keys, paths.ledger],
          });
    const id = `janus-${randomBytes(6).toString('hex')}`;
    const own = await sandbox.prepareWorkspace(id);
    const outputs = sandbox.outputsOf(id);
    recordOperatorRun(outputs, chosen?.made === true ? chosen.path : undefined);
    const workspace = chosen === undefined ? own : await sandbox.adoptWorkspace(chosen.path);
    const request = {
      command: { tool: 'sandbox-run', path: found.path, args },
      workspace,
      limits,
      network,
      grants: [],
      outputPrefix: `${outputs}/run`,
    };
    const result = await runOrSay(sandbox, request, context);
    // Killed with all its children first; then the command ends as Ctrl-C or --timeout end every command.
    if (context.signal.aborted) throw context.signal.reason as Error;
    return report(result, request, context);
  },
};
