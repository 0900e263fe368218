import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeDurably } from '../durable.mjs';
import { localCharterTokensMax, openLocalModel, weightsName } from '../local-model.mjs';
import { out, Stop } from '../say.mjs';
import { here, ubos, ubosHere } from '../ubos.mjs';

const section = '\nthinking_cycle:\n';

/** Names the model of this machine in an agent.yaml that names none; what people wrote about models stays as it is. Returns what was added. */
export function nameLocalModel(home, { port }) {
  const file = join(home, 'agent.yaml');
  const text = readFileSync(file, 'utf8');
  const hasModel = /^llm:/m.test(text);
  const isOn = /^ +enable_autonomous_proposals:/m.test(text);
  if (!isOn && !text.includes(section))
    throw new Stop(`${file} has no section thinking_cycle of several lines`, {
      next: `thinking_cycle: { enable_autonomous_proposals: true } in ${file}, then: npm start -- --model`,
    });
  const provider = `{ name: local, base_url: "http://127.0.0.1:${port}/v1", model: ${weightsName}, profile: llamacpp }`;
  const on = isOn ? text : text.replace(section, `${section}  enable_autonomous_proposals: true # npm start -- --model\n`);
  const changed = hasModel
    ? on
    : `${on}llm: { max_charter_tokens: ${localCharterTokensMax}, providers: [${provider}] } # npm start -- --model\n`;
  if (changed !== text) writeDurably(file, changed);
  return [...(isOn ? [] : ['thinking_cycle.enable_autonomous_proposals']), ...(hasModel ? [] : ['llm'])];
}

/** Starts the model server that agent.yaml names, unless one answers there already. */
export async function serveModel(home, { closers, notes, env }) {
  const { value } = await ubos(['config', 'show'], { env });
  const { model_path: model, port = 11_435, gpu = 'auto' } = value?.llm?.local ?? {};
  const added = nameLocalModel(home, { port });
  if (added.length > 0) out(`model      added to agent.yaml: ${added.join(', ')}`);
  const answers = await fetch(`http://127.0.0.1:${port}/health`).then(
    (response) => response.ok,
    () => false,
  );
  if (answers) return out(`model      answers at 127.0.0.1:${port}`);
  const server = await openLocalModel({ model, port, gpu });
  notes.note('model', server.child.pid);
  closers.push(() => server.stop());
  out(`model      ${server.model} at ${server.url}, on ${server.gpu === 'off' ? 'the CPU' : server.gpu}`);
}

/** One thought, for the eye: what it proposed waits like everything else. */
export async function thinkOnce(context) {
  out('model      looks at this host; on a CPU that takes some seconds');
  await ubosHere(['think', '--wait'], context);
  out(here('\n  See what waits    ubos review\n  Think again       ubos think --wait'));
}
