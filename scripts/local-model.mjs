import { parseArgs } from 'node:util';
import { homeFolder } from './lib/home.mjs';
import { openLocalModel } from './lib/local-model.mjs';
import { prepare } from './lib/prepare.mjs';
import { main, out, Stop } from './lib/say.mjs';
import { ubos } from './lib/ubos.mjs';

const usage = 'npm run local-model -- [--model FILE.gguf] [--port N] [--gpu auto|off]';

function readOptions() {
  try {
    const { values } = parseArgs({ options: { model: { type: 'string' }, port: { type: 'string' }, gpu: { type: 'string' } } });
    if (values.port !== undefined && !(Number(values.port) >= 1_024 && Number(values.port) <= 65_535))
      throw new Error(`--port ${values.port}: a number from 1024 to 65535`);
    if (values.gpu !== undefined && !['auto', 'off'].includes(values.gpu)) throw new Error(`--gpu ${values.gpu}: auto or off`);
    return values;
  } catch (error) {
    throw new Stop(error.message.split('. ')[0], { next: usage, code: 2 });
  }
}

/** What agent.yaml says of it; without one, what it would say by default. */
async function configured() {
  const env = { ...process.env, JANUS_HOME: homeFolder() };
  const { value } = await ubos(['config', 'show'], { env });
  const { model_path: model, port = 11_435, gpu = 'auto' } = value?.llm?.local ?? {};
  return { model, port, gpu };
}

await main(async () => {
  const options = readOptions();
  await prepare();
  const settings = { ...(await configured()), ...options };
  const server = await openLocalModel(settings);
  out(`model      ${server.model} at ${server.url}, on ${server.gpu === 'off' ? 'the CPU' : server.gpu}, ${server.threads} thread${server.threads === 1 ? '' : 's'}
           in agent.yaml: llm: { providers: [{ name: local, base_url: "${server.url}", model: ${server.model}, profile: llamacpp }] }
           Stop: Ctrl-C`);
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void server.stop());
  process.exitCode = (await server.closed) === 0 ? 0 : 69;
});
