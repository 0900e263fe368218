import { workflowTypes } from '../../contract/names.js';
import { loadTemporalConnection } from '../../config/temporal.js';
import type { Command } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { writeJson } from '../output.js';

/** The dev server puts its UI 1000 ports above the frontend; JANUS_UI_URL names another. */
function uiBase(env: Readonly<Record<string, string | undefined>>, address: string): string {
  const [host = '127.0.0.1', port = '7233'] = address.split(':');
  return env['JANUS_UI_URL']?.replace(/\/+$/, '') ?? `http://${host}:${String(Number(port) + 1_000)}`;
}

export const command: Command = {
  usage: 'ubos ui [ID] [--json]',
  details: 'Links into the Temporal web UI: a list of what waits (opening it saves the view there), the schedules, one proposal.',
  async run({ positionals }, context) {
    const config = await context.config();
    const { address, namespace } = loadTemporalConnection(context.env, config.paths.state);
    const base = `${uiBase(context.env, address)}/namespaces/${encodeURIComponent(namespace)}`;
    const view = (name: string, query: string) =>
      `${base}/workflows?query=${encodeURIComponent(query)}&savedQuery=${encodeURIComponent(name)}`;
    const vessel = `WorkflowType="${workflowTypes.proposal}" AND JanusVessel="${config.vesselId}"`;
    const [id] = positionals;
    const links: Record<string, string> = {
      waiting: view('Pending approvals', `${vessel} AND ExecutionStatus="Running"`),
      all: view('All proposals', vessel),
      undone: view('Rolled back', `${vessel} AND JanusState IN ("rolled_back", "rollback_failed")`),
      schedules: `${base}/schedules`,
      ...(id !== undefined && { proposal: `${base}/workflows/${await (await context.proposals()).resolveId(id)}` }),
    };
    if (context.json) writeJson(context, 'ui', { links });
    else for (const [name, link] of Object.entries(links)) context.stdout.write(`${name.padEnd(10)} ${link}\n`);
    return EXIT.ok;
  },
};
