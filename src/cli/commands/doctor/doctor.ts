import { access, constants } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Health } from '../../../client/health.js';
import { egressHint } from '../../../domain/units.js';
import { logNames } from '../../../domain/trail/logs.js';
import { JanusError } from '../../../domain/errors.js';
import { fileWords } from '../../../domain/text/errno-words.js';
import type { TemporalConnection } from '../../../client/temporal-connection.js';
import type { Command, Context, Values } from '../../command.js';
import { connectionEnv } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { jsonObjects } from '../../schemas/json-objects.js';
import { paint, shown, wrap } from '../../terminal/output.js';
import type { Finding, Found } from './finding.js';

/** A look that fails is a finding, not the end of the examination. */
async function look(what: string, examine: () => Promise<readonly Found[]>): Promise<Finding[]> {
  try {
    return (await examine()).map((finding) => ({ what, ...finding }));
  } catch (error) {
    const next = error instanceof JanusError ? error.next : undefined;
    return [{ what, ok: false, detail: fileWords(error), ...(next !== undefined && { next }) }];
  }
}

/** The profile that all of `ubos` connects by. */
async function temporalOf(context: Context, values: Values): Promise<TemporalConnection> {
  const { loadTemporalConnection } = await import('../../../client/temporal-connection.js');
  return loadTemporalConnection(connectionEnv(context.env, values), (await context.config()).paths.state);
}

async function examineSandbox(context: Context): Promise<Found[]> {
  const config = await context.config();
  const { createSandbox } = await import('../../../adapters/sandbox/run/create-sandbox.js');
  const report = await createSandbox({
    bwrapPath: config.sandbox.bwrapPath,
    workspacesRoot: config.paths.workspaces,
    account: config.sandbox.account,
  }).inspect();
  const problems = report.problems.map(({ what, next }) => ({ ok: false, detail: what, next }));
  if (!report.ok) return problems;
  return [
    { ok: true, detail: `bubblewrap ${report.bwrapVersion ?? '?'}, actions as ${report.account}, ${report.tier}` },
    ...report.remarks.map((detail) => ({ ok: true, detail })),
  ];
}

async function examineEgress(context: Context): Promise<Found[]> {
  const { paths, policy } = await context.config();
  const { createEgressClient } = await import('../../../adapters/egress/egress-client.js');
  if (await createEgressClient(paths.egressControl).isAvailable())
    return [{ ok: true, detail: `janus-egress answers at ${paths.egressControl}` }];
  if (!policy.allowNetwork) return [{ ok: true, detail: 'not running, and not needed: policy.json says allow_network: false' }];
  return [
    {
      ok: false,
      detail: `janus-egress does not answer at ${paths.egressControl}: actions with network_domains are refused`,
      next: egressHint,
    },
  ];
}

async function examineTools(context: Context): Promise<Found[]> {
  const { resolvePrograms } = await import('../../../adapters/host/programs.js');
  const { tools, allowedTools } = await context.config();
  const programs = await resolvePrograms(tools.filter(({ name }) => allowedTools.includes(name)));
  const missing = Object.entries(programs).flatMap(([name, program]) => ('problem' in program ? [`${name}: ${program.problem}`] : []));
  return missing.length === 0
    ? [{ ok: true, detail: `${Object.keys(programs).length} tools installed` }]
    : [{ ok: true, detail: `not installed, so refused at review: ${missing.join('; ')}` }];
}

async function examineTrail(context: Context): Promise<Found[]> {
  const { verifyTrail } = await import('../../../adapters/audit/verify/verify-trail.js');
  const { logFilesOf } = await import('../../../config/config.js');
  const config = await context.config();
  const { paths } = config;
  const files = logFilesOf(config);
  for (const file of Object.values(files)) await access(dirname(file), constants.R_OK);
  const verdicts = await verifyTrail({ files, headsFolder: paths.heads, logs: logNames });
  const findings = verdicts.flatMap(({ log, state, records, problem }) => {
    if (state === 'absent') return [];
    const found = problem === undefined ? 'chain intact' : `${problem.file} line ${problem.line}: ${problem.reason}`;
    const detail = `${files[log]}: ${records} records, ${found}`;
    return [state === 'ok' ? { ok: true, detail } : { ok: false, detail, next: 'ubos audit verify --full' }];
  });
  return findings.length === 0 ? [{ ok: true, detail: `no records yet in ${paths.state}` }] : findings;
}

/** The table of facts, and where the server is. Without a server the rest of it is told all the same. */
async function examineFacts(context: Context, values: Values): Promise<Finding[]> {
  const config = await context.config();
  const { examineHealth } = await import('../../health/read-health.js');
  let polled: Health['polled'] | undefined;
  const server = await look('temporal', async () => {
    const health = await context.health();
    polled = health.polled;
    const { credentialsIn } = await import('../../../client/anybody.js');
    return [{ ok: true, detail: `${health.address}, namespace ${health.namespace}, ${credentialsIn(await temporalOf(context, values))}` }];
  });
  const findings = await examineHealth(config, polled, context);
  return [...server, ...findings.map(({ id, ...finding }) => ({ what: id.replaceAll('_', ' '), ...finding }))];
}

const nodeIsKnown = (version: string) => {
  const [major = 0, minor = 0] = version.slice(1).split('.').map(Number);
  return (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22;
};

async function examine(context: Context, values: Values): Promise<Finding[]> {
  const known = nodeIsKnown(process.version);
  const node = { what: 'node', ok: known, detail: process.version, ...(!known && { next: 'install Node.js ^20.19 or >=22.12' }) };
  const configuration = await look('configuration', async () => {
    await context.config();
    return [];
  });
  // Everything else asks the configuration first: one finding says it, five would hide it.
  if (configuration.length > 0) return [node, ...configuration];
  const others = await Promise.all([
    look('sandbox', () => examineSandbox(context)),
    look('egress', () => examineEgress(context)),
    look('tools', () => examineTools(context)),
    look('signatures', async () => (await import('./examine-signatures.js')).examineSignatures(context)),
    look('controls', async () => (await import('./examine-controls.js')).examineControls(context)),
    look('model', async () => (await import('./examine-model.js')).examineModel(context)),
    look('oracles', async () => (await import('./examine-oracles.js')).examineOracles(context)),
    look('ports', async () => (await import('./examine-ports.js')).examinePorts(context, await temporalOf(context, values))),
    look('audit trail', () => examineTrail(context)),
    examineFacts(context, values),
  ]);
  return [node, ...others.flat()];
}

const json = jsonObjects(({ z, text }) => ({
  doctor: z.strictObject({
    ok: z.boolean(),
    findings: z.array(z.strictObject({ what: text, ok: z.boolean(), detail: text, next: text.nullable() })),
  }),
}));

export const command: Command = {
  json: [json],
  usage: 'ubos doctor [--json]',
  details: 'Looks whether everything is in order, and says what to type where it is not. Exit code 9 when something is wrong.',
  async run({ values }, context) {
    const findings = await examine(context, values);
    const ok = findings.every((finding) => finding.ok);
    if (context.json)
      json.write(context.stdout, 'doctor', {
        ok,
        findings: findings.map(({ next, ...finding }) => ({ ...finding, next: next === undefined ? null : context.here(next) })),
      });
    else {
      for (const { what, ok: fine, detail, next } of findings) {
        const mark = fine ? paint(context, 'green', '✓') : paint(context, 'red', '✗');
        const text = `${mark} ${what}: ${shown(detail)}${next === undefined ? '' : `\n    → ${shown(context.here(next))}`}`;
        context.stdout.write(`${wrap(text, context.columns, 4)}\n`);
      }
    }
    return ok ? EXIT.ok : EXIT.degraded;
  },
};
