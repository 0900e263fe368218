import type { searchAttributes } from '../../../contract/search-attributes.js';
import { queues, workflowTypes } from '../../../contract/names.js';
import { JanusError } from '../../../domain/errors.js';
import type { TemporalConnection } from '../../../client/temporal-connection.js';
import type { ProposalStatus } from '../../../domain/action/status.js';
import type { Command } from '../../command.js';
import { connectionEnv, vesselOf } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { jsonObjects } from '../../schemas/json-objects.js';

/** The dev server puts its UI 1000 ports above the frontend; JANUS_UI_URL names another. A server with TLS is no dev server, and has its UI anywhere. */
function uiBase(env: Readonly<Record<string, string | undefined>>, { address, connectionOptions }: TemporalConnection): string {
  const named = env['JANUS_UI_URL']?.replace(/\/+$/, '');
  if (named !== undefined) return named;
  if (connectionOptions.tls)
    throw new JanusError('CONFIG_INVALID', `where the web UI of ${address} is cannot be told`, {
      next: 'JANUS_UI_URL=https://temporal.example ubos ui',
    });
  const colon = address.lastIndexOf(':');
  return `http://${address.slice(0, colon)}:${Number(address.slice(colon + 1)) + 1_000}`;
}

type Attributes = typeof searchAttributes;

/** Lists that people look for, by the name under which the web UI keeps each of them as a view once it was opened. */
function views({ state, risk }: Pick<Attributes, 'state' | 'risk'>) {
  const states = (...names: ProposalStatus[]) => `${state.name} IN (${names.map((name) => `"${name}"`).join(', ')})`;
  const open = 'ExecutionStatus="Running"';
  return {
    waiting: { name: 'Pending approvals', query: `${open} AND ${states('proposed')}` },
    high: { name: 'High risk waits', query: `${open} AND ${states('proposed')} AND ${risk.name}="high"` },
    unsettled: { name: 'Indeterminate', query: `${open} AND ${states('indeterminate')}` },
    open: { name: 'Open proposals', query: open },
    undone: { name: 'Rolled back', query: states('rolled_back', 'rollback_failed') },
  };
}

const json = jsonObjects(({ z }) => ({ ui: z.strictObject({ links: z.record(z.string(), z.url()) }) }));

export const command: Command = {
  json: [json],
  usage: 'ubos ui [ID] [--json]',
  details:
    'Links into the Temporal web UI: lists (opening one saves it there as a view), the schedules, the review of one proposal. Lists show risk and state once you have added these columns: docs/first-approval.md.',
  async run({ positionals, values }, context) {
    const config = await context.config();
    const { loadTemporalConnection } = await import('../../../client/temporal-connection.js');
    const { searchAttributes } = await import('../../../contract/search-attributes.js');
    const temporal = loadTemporalConnection(connectionEnv(context.env, values), config.paths.state);
    const base = `${uiBase(context.env, temporal)}/namespaces/${encodeURIComponent(temporal.namespace)}`;
    const list = (name: string, query: string) =>
      `${base}/workflows?query=${encodeURIComponent(query)}&savedQuery=${encodeURIComponent(name)}`;
    const ours = `WorkflowType="${workflowTypes.proposal}" AND TaskQueue="${queues.brain(vesselOf(values, config))}"`;
    const review = async (reference: string) => {
      const proposals = await context.proposals();
      const id = await proposals.resolveId(reference);
      return `${base}/workflows/${id}/${await proposals.runOf(id)}/user-metadata`;
    };
    const [reference] = positionals;
    const links: Record<string, string> = {
      ...Object.fromEntries(
        Object.entries(views(searchAttributes)).map(([key, { name, query }]) => [key, list(name, `${ours} AND ${query}`)]),
      ),
      all: list('All proposals', ours),
      schedules: `${base}/schedules`,
      ...(reference !== undefined && { proposal: await review(reference) }),
    };
    if (context.json) json.write(context.stdout, 'ui', { links });
    // Links are never cut or wrapped: they are there to be opened.
    else for (const [name, link] of Object.entries(links)) context.stdout.write(`${name.padEnd(10)} ${link}\n`);
    return EXIT.ok;
  },
};
