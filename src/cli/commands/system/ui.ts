import { queues, workflowTypes } from '../../../contract/names.js';
import { parseReference } from '../../../client/identifiers.js';
import type { Command, Context } from '../../command.js';
import { connectionEnv, vesselOf } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { jsonObjects } from '../../schemas/json-objects.js';

/** The dev server puts its UI 1000 ports above the frontend; JANUS_UI_URL names another. */
function uiBase(env: Readonly<Record<string, string | undefined>>, address: string): string {
  const colon = address.lastIndexOf(':');
  return env['JANUS_UI_URL']?.replace(/\/+$/, '') ?? `http://${address.slice(0, colon)}:${Number(address.slice(colon + 1)) + 1_000}`;
}

/** A whole id needs no server; a prefix is looked up. */
async function wholeId(text: string, context: Context): Promise<string> {
  const reference = parseReference(text);
  return reference?.kind === 'id' ? reference.id : (await context.proposals()).resolveId(text);
}

const json = jsonObjects(({ z }) => ({ ui: z.strictObject({ links: z.record(z.string(), z.url()) }) }));

export const command: Command = {
  json: [json],
  usage: 'ubos ui [ID] [--json]',
  details: 'Links into the Temporal web UI: a list of what waits (opening it saves the view there), the schedules, one proposal.',
  async run({ positionals, values }, context) {
    const config = await context.config();
    const { loadTemporalConnection } = await import('../../../client/temporal-connection.js');
    const { searchAttributes } = await import('../../../contract/search-attributes.js');
    const { address, namespace } = loadTemporalConnection(connectionEnv(context.env, values), config.paths.state);
    const base = `${uiBase(context.env, address)}/namespaces/${encodeURIComponent(namespace)}`;
    const view = (name: string, query: string) =>
      `${base}/workflows?query=${encodeURIComponent(query)}&savedQuery=${encodeURIComponent(name)}`;
    const vessel = `WorkflowType="${workflowTypes.proposal}" AND TaskQueue="${queues.brain(vesselOf(values, config))}"`;
    const [id] = positionals;
    const links: Record<string, string> = {
      waiting: view('Pending approvals', `${vessel} AND ExecutionStatus="Running"`),
      all: view('All proposals', vessel),
      undone: view('Rolled back', `${vessel} AND ${searchAttributes.state.name} IN ("rolled_back", "rollback_failed")`),
      schedules: `${base}/schedules`,
      ...(id !== undefined && { proposal: `${base}/workflows/${await wholeId(id, context)}` }),
    };
    if (context.json) json.write(context.stdout, 'ui', { links });
    // Links are never cut or wrapped: they are there to be opened.
    else for (const [name, link] of Object.entries(links)) context.stdout.write(`${name.padEnd(10)} ${link}\n`);
    return EXIT.ok;
  },
};
