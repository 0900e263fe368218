import { writeFileSync } from 'node:fs';

/**
 * Writes a model of random weights in the format GGUF: half a megabyte that loads, reads and writes like any other, and knows nothing. What it says
 * under a grammar is what a grammar alone is worth; no download, and the same file for the same seed.
 */

const architecture = { context: 8_192, width: 64, layers: 2, heads: 4, inner: 128 };
const alignment = 32;
const types = { uint32: 4, float32: 6, string: 8, array: 9, int32: 5 };

function randomNumbers(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Bytes for what is no token of its own, and every visible character of ASCII. */
function vocabulary() {
  const bytes = Array.from({ length: 256 }, (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`);
  const characters = Array.from({ length: 94 }, (_, index) => String.fromCharCode(33 + index));
  const tokens = ['<unk>', '<s>', '</s>', ...bytes, '▁', ...characters];
  const kinds = tokens.map((_, index) => (index === 0 ? 2 : index < 3 ? 3 : index < 259 ? 6 : 1));
  return { tokens, kinds, scores: tokens.map((_, index) => -index) };
}

const uint32 = (value) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
const int32 = (value) => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
};
const uint64 = (value) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
};
const float32 = (value) => {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return bytes;
};
const string = (text) => Buffer.concat([uint64(Buffer.byteLength(text)), Buffer.from(text)]);
const writers = { uint32, int32, float32, string };

const entry = (name, type, value) => Buffer.concat([string(name), uint32(types[type]), writers[type](value)]);
const list = (name, type, values) =>
  Buffer.concat([string(name), uint32(types.array), uint32(types[type]), uint64(values.length), ...values.map(writers[type])]);

function tensors(count) {
  const { width, layers, inner } = architecture;
  const ofLayer = (layer) => [
    [`blk.${layer}.attn_norm.weight`, [width]],
    ...['attn_q', 'attn_k', 'attn_v', 'attn_output'].map((name) => [`blk.${layer}.${name}.weight`, [width, width]]),
    [`blk.${layer}.ffn_norm.weight`, [width]],
    ...['ffn_gate', 'ffn_up'].map((name) => [`blk.${layer}.${name}.weight`, [width, inner]]),
    [`blk.${layer}.ffn_down.weight`, [inner, width]],
  ];
  return [
    ['token_embd.weight', [width, count]],
    ...Array.from({ length: layers }, (_, layer) => ofLayer(layer)).flat(),
    ['output_norm.weight', [width]],
    ['output.weight', [width, count]],
  ];
}

function metadata({ tokens, kinds, scores }) {
  const { context, width, layers, heads, inner } = architecture;
  return [
    entry('general.architecture', 'string', 'llama'),
    entry('general.name', 'string', 'janus-random'),
    entry('llama.context_length', 'uint32', context),
    entry('llama.embedding_length', 'uint32', width),
    entry('llama.block_count', 'uint32', layers),
    entry('llama.feed_forward_length', 'uint32', inner),
    entry('llama.attention.head_count', 'uint32', heads),
    entry('llama.attention.head_count_kv', 'uint32', heads),
    entry('llama.attention.layer_norm_rms_epsilon', 'float32', 1e-5),
    entry('llama.rope.dimension_count', 'uint32', width / heads),
    entry('tokenizer.ggml.model', 'string', 'llama'),
    list('tokenizer.ggml.tokens', 'string', tokens),
    list('tokenizer.ggml.scores', 'float32', scores),
    list('tokenizer.ggml.token_type', 'int32', kinds),
    entry('tokenizer.ggml.unknown_token_id', 'uint32', 0),
    entry('tokenizer.ggml.bos_token_id', 'uint32', 1),
    entry('tokenizer.ggml.eos_token_id', 'uint32', 2),
  ];
}

const padding = (bytes) => Buffer.alloc((alignment - (bytes % alignment)) % alignment);

/** @param {string} file @param {number} seed */
export function writeRandomWeights(file, seed = 1) {
  const words = vocabulary();
  const shapes = tensors(words.tokens.length);
  const entries = metadata(words);
  const next = randomNumbers(seed);
  const infos = [];
  const data = [];
  let offset = 0;
  for (const [name, shape] of shapes) {
    const values = Float32Array.from({ length: shape.reduce((product, each) => product * each) }, () =>
      name.includes('norm') ? 1 : (next() - 0.5) / 4,
    );
    infos.push(Buffer.concat([string(name), uint32(shape.length), ...shape.map(uint64), uint32(0), uint64(offset)]));
    const bytes = Buffer.from(values.buffer);
    data.push(bytes, padding(bytes.length));
    offset += bytes.length + padding(bytes.length).length;
  }
  const head = Buffer.concat([Buffer.from('GGUF'), uint32(3), uint64(shapes.length), uint64(entries.length), ...entries, ...infos]);
  writeFileSync(file, Buffer.concat([head, padding(head.length), ...data]));
}
