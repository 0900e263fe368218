import { createServer } from 'node:http';
import { cpus } from 'node:os';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { getLlama, LlamaChatSession, LlamaLogLevel } from 'node-llama-cpp';

/**
 * A model server on this machine only: llama.cpp behind the part of the OpenAI interface that Janus speaks. A process of its own, because prompt
 * evaluation cannot be interrupted: whoever is tired of waiting ends it.
 */

const usage = 'node server.mjs --model FILE.gguf [--port 11435] [--gpu auto|off] [--threads N] [--context 8192]';
const bodyBytesMax = 1_048_576;

function readSettings() {
  const { values } = parseArgs({
    options: {
      model: { type: 'string' },
      port: { type: 'string', default: '11435' },
      gpu: { type: 'string', default: 'auto' },
      // With as many threads as there are cores, each waits for the others as soon as anything else runs: many times slower, not faster.
      threads: { type: 'string', default: String(Math.max(1, cpus().length - 1)) },
      context: { type: 'string', default: '8192' },
    },
  });
  const [port, threads, context] = [values.port, values.threads, values.context].map(Number);
  if (values.model === undefined) throw new Error(`--model is missing: ${usage}`);
  if (!['auto', 'off'].includes(values.gpu)) throw new Error(`--gpu ${values.gpu}: auto or off`);
  if (!(port >= 0 && port < 65_536)) throw new Error(`--port ${values.port}: a number from 0 to 65535`);
  if (!(threads >= 1 && threads <= 256)) throw new Error(`--threads ${values.threads}: a number from 1 to 256`);
  if (!(context >= 512 && context <= 262_144)) throw new Error(`--context ${values.context}: a number from 512 to 262144`);
  return { file: values.model, port, gpu: values.gpu, threads, context };
}

/** An error that the caller made, with the status that says so. */
class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

async function loadModel({ file, gpu, threads, context }) {
  const llama = await getLlama({
    gpu: gpu === 'off' ? false : 'auto',
    build: 'never',
    skipDownload: true,
    maxThreads: threads,
    logLevel: LlamaLogLevel.error,
  });
  const model = await llama.loadModel({ modelPath: file });
  const size = Math.min(context, model.trainContextSize);
  const contextOf = await model.createContext({ contextSize: size, threads, sequences: 1 });
  return {
    llama,
    model,
    sequence: contextOf.getSequence(),
    size,
    name: basename(file, '.gguf'),
    gpu: llama.gpu === false ? 'off' : llama.gpu,
  };
}

function readRequest(body) {
  let value;
  try {
    value = JSON.parse(body);
  } catch {
    throw new Refused(400, 'the body is no JSON');
  }
  const {
    messages,
    grammar,
    response_format: format,
    max_tokens: maxTokens = 512,
    temperature = 0,
    seed = 0,
    stream = false,
  } = value ?? {};
  if (!Array.isArray(messages) || messages.some((each) => typeof each?.content !== 'string'))
    throw new Refused(400, 'messages with a content each are needed');
  if (format !== undefined) throw new Refused(400, 'response_format is not known here: send a grammar (profile llamacpp)');
  if (stream === true) throw new Refused(400, 'answers come whole here: stream is not known');
  if (grammar !== undefined && typeof grammar !== 'string') throw new Refused(400, 'grammar is a text in GBNF');
  if (!(Number.isInteger(maxTokens) && maxTokens >= 1)) throw new Refused(400, 'max_tokens is a whole number from 1 on');
  return { messages, grammar, maxTokens, temperature: Number(temperature) || 0, seed: Number(seed) >>> 0 };
}

/** One answer. The sequence is emptied before it: nothing of an earlier question is left. */
async function complete({ llama, model, sequence, size, name }, request, signal) {
  const textOf = (role) =>
    request.messages
      .filter((each) => each.role === role)
      .map(({ content }) => content)
      .join('\n');
  const [system, user] = [textOf('system'), textOf('user')];
  const needed = model.tokenize(`${system}\n${user}`).length + request.maxTokens + 64;
  if (needed > size) throw new Refused(400, `${needed} tokens are needed, the context has ${size}`);
  let grammar;
  try {
    grammar = request.grammar === undefined ? undefined : await llama.createGrammar({ grammar: request.grammar });
  } catch {
    throw new Refused(400, 'the grammar is no GBNF');
  }
  await sequence.clearHistory();
  const before = sequence.tokenMeter.getState();
  const session = new LlamaChatSession({ contextSequence: sequence, systemPrompt: system });
  try {
    const { responseText, stopReason } = await session.promptWithMeta(user, {
      ...(grammar && { grammar }),
      maxTokens: request.maxTokens,
      temperature: request.temperature,
      seed: request.seed,
      signal,
    });
    const used = sequence.tokenMeter.diff(before);
    return {
      object: 'chat.completion',
      model: name,
      choices: [
        { index: 0, message: { role: 'assistant', content: responseText }, finish_reason: stopReason === 'maxTokens' ? 'length' : 'stop' },
      ],
      usage: {
        prompt_tokens: used.usedInputTokens,
        completion_tokens: used.usedOutputTokens,
        total_tokens: used.usedInputTokens + used.usedOutputTokens,
      },
    };
  } finally {
    session.dispose({ disposeSequence: false });
  }
}

async function readBody(request) {
  const chunks = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > bodyBytesMax) throw new Refused(413, `at most ${bodyBytesMax} bytes are read`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function serve(loaded, { threads }) {
  let busy = false;
  const answers = {
    'GET /health': async () => ({ status: 'ok', model: loaded.name, gpu: loaded.gpu, threads, context: loaded.size }),
    'GET /v1/models': async () => ({ object: 'list', data: [{ id: loaded.name, object: 'model', owned_by: 'local' }] }),
    'POST /v1/chat/completions': async (request, response) => {
      // One question at a time: two would share the cores and both come too late.
      if (busy) throw new Refused(429, 'it answers another question');
      busy = true;
      const gone = new AbortController();
      response.once('close', () => gone.abort());
      try {
        return await complete(loaded, readRequest(await readBody(request)), gone.signal);
      } finally {
        busy = false;
      }
    },
  };
  const respond = async (request, response) => {
    const say = (status, value) => {
      response.writeHead(status, { 'content-type': 'application/json', ...(status === 429 && { 'retry-after': '5' }) });
      response.end(JSON.stringify(value));
    };
    try {
      // A web page that a person has open could otherwise ask: a browser always names where it comes from.
      if (request.headers.origin !== undefined) throw new Refused(403, 'browsers are not served');
      const answer = answers[`${request.method} ${request.url}`];
      if (answer === undefined) throw new Refused(404, 'POST /v1/chat/completions, GET /v1/models, GET /health');
      say(200, await answer(request, response));
    } catch (error) {
      if (!response.headersSent) say(error instanceof Refused ? error.status : 500, { error: { message: error.message } });
    }
  };
  return createServer((request, response) => void respond(request, response));
}

try {
  const settings = readSettings();
  const loaded = await loadModel(settings);
  const server = serve(loaded, settings);
  server.once('error', (error) => {
    process.stderr.write(`${error.code === 'EADDRINUSE' ? `port ${settings.port} is taken: --port N` : error.message}\n`);
    process.exit(1);
  });
  server.listen(settings.port, '127.0.0.1', () => {
    const { port } = server.address();
    const said = { ready: true, url: `http://127.0.0.1:${port}/v1`, model: loaded.name, gpu: loaded.gpu, threads: settings.threads };
    process.stdout.write(`${JSON.stringify(said)}\n`);
  });
  for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => process.exit(0));
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
