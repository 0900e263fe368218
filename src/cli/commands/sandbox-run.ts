import { randomBytes } from 'node:crypto';
import { homedir } from 'node:os';
import { dirname, resolve } from 'node:path';
import { JanusError } from '../../domain/errors.js';
import { isDomainPattern } from '../../domain/domain-name.js';
import type { Limits } from '../../domain/limits.js';
import { smallestLimits } from '../../domain/limits.js';
import type { Command, Values } from '../command.js';
import { textOf, textsOf } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { shown, writeJson } from '../output.js';
import { snakeKeys } from '../snake.js';

const units: Readonly<Record<string, { readonly name: keyof Limits; readonly kind: 'seconds' | 'mebibytes' | 'bytes' | 'count' }>> = {
  cpu: { name: 'cpuSeconds', kind: 'seconds' },
  wall: { name: 'wallSeconds', kind: 'seconds' },
  memory: { name: 'memoryMb', kind: 'mebibytes' },
  disk: { name: 'diskWriteMb', kind: 'mebibytes' },
  output: { name: 'outputBytes', kind: 'bytes' },
  pids: { name: 'processes', kind: 'count' },
  files: { name: 'openFiles', kind: 'count' },
};

function amount(text: string, kind: (typeof units)[string]['kind']): number | undefined {
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

/** `--limit cpu=4s --limit memory=256M`: only ever narrower than the policy. */
export function parseLimits(values: Values): Partial<Limits> {
  return Object.fromEntries(
    textsOf(values, 'limit').map((each) => {
      const [name = '', text = ''] = each.split('=');
      const unit = units[name];
      if (unit === undefined)
        throw new JanusError('USAGE', `${JSON.stringify(name)} is no limit`, {
          next: `limits are ${Object.keys(units).join(', ')}: --limit cpu=4s`,
        });
      const value = amount(text, unit.kind);
      if (value === undefined)
        throw new JanusError('USAGE', `${JSON.stringify(text)} is no amount for ${name}`, {
          next: 'examples: cpu=4s wall=10s memory=256M disk=64M output=4M pids=64',
        });
      return [unit.name, value];
    }),
  );
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

export const command: Command = {
  usage: 'ubos sandbox run [--limit NAME=AMOUNT]... [--allow-domain DOMAIN]... [--workspace DIR] [--json] -- PROGRAM [ARGUMENT...]',
  details:
    "Runs a command in the very sandbox that actions get, and prints its result. Needs no server; --allow-domain needs janus-egress, which npm start runs (or: node dist/worker/main.js --role egress). --workspace: a folder of its own, made where it is not there; no link, and owned by the account of the actions. Exit code: the command's own, or 2 when what was asked for is not allowed, 4 when the sandbox is not available, 124 when a limit ended it.",
  options: { limit: { type: 'string', multiple: true }, 'allow-domain': { type: 'string', multiple: true }, workspace: { type: 'string' } },
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
      import('../../adapters/sandbox/create-sandbox.js'),
      import('../../adapters/sandbox/account.js'),
      import('../../adapters/sandbox/operator-workspace.js'),
      import('../../adapters/host/programs.js'),
      import('../../adapters/egress/egress-client.js'),
    ]);
    const found = await resolveProgram(program.includes('/') ? resolve(context.cwd, program) : `/usr/bin/${program}`);
    if ('problem' in found)
      throw new JanusError('USAGE', found.problem, { next: 'name a program by its path: ubos sandbox run -- /usr/bin/id' });
    const sandbox = createSandbox({
      bwrapPath: config.sandbox.bwrapPath,
      workspacesRoot: config.paths.workspaces,
      account: config.sandbox.account,
      gateway: createEgressClient(config.paths.egressControl),
    });
    const named = textOf(values, 'workspace');
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
    const own = await sandbox.prepareWorkspace(`janus-${randomBytes(6).toString('hex')}`);
    recordOperatorRun(`${own}.output`, chosen?.made === true ? chosen.path : undefined);
    const workspace = chosen === undefined ? own : await sandbox.adoptWorkspace(chosen.path);
    const request = {
      command: { tool: 'sandbox-run', path: found.path, args },
      workspace,
      limits: smallestLimits(config.policy.limits, parseLimits(values)),
      network,
      grants: [],
      outputPrefix: `${own}.output/run`,
    };
    const result = await sandbox.run(request, context.signal);
    // Killed with all its children first; then the command ends as Ctrl-C or --timeout end every command.
    if (context.signal.aborted) throw context.signal.reason as Error;
    if (context.json) writeJson(context, 'sandbox-result', { workspace, ...(snakeKeys(result) as object) });
    else {
      context.stdout.write(shown(result.stdout.text));
      context.stderr.write(shown(result.stderr.text));
      if (result.stdout.truncated || result.stderr.truncated)
        context.stderr.write(`ubos: shortened; the full output is in ${own}.output\n`);
      if (result.reason !== 'exit')
        context.stderr.write(`ubos: ended by ${result.reason}${result.note === undefined ? '' : `: ${result.note}`}\n`);
    }
    return result.reason === 'exit' ? (result.exitCode ?? EXIT.failure) : EXIT.timeout;
  },
};
