import { readFile } from 'node:fs/promises';
import { compileFunction } from 'node:vm';

/** Where the SDK defines every message of every service of Temporal: a megabyte that each command that talks to the server would build up anew. */
const definitions = /@temporalio\/proto\/protos\/json-module\.js$/;
/** Goes through the fields of every message, and names none that it is not given. */
const visitor = /payload-visitor\.generated\.js$/;

/** Named in no code: in the details of errors of the server, and in what the messages of others are wrapped in. */
const alwaysWhole = [
  ['temporal', 'api', 'errordetails'],
  ['google', 'rpc'],
  ['google', 'protobuf'],
];

/** What the SDK's client could ask and nothing of ours does. */
const neverAsked = /ActivityExecution|ActivityTask|NexusOperation|WorkerBuildId|WorkerTaskReachability/;

const at = (root, path) => path.reduce((node, name) => node?.nested?.[name], root);
const isMessage = (node) => node.fields !== undefined;
const isService = (node) => node.methods !== undefined;

/** The path of what a name means at some place: as protobuf looks it up, from the inside out. */
function resolve(root, place, name) {
  const path = name.replace(/^\./, '').split('.');
  for (let depth = place.length; depth >= 0; depth -= 1) {
    const found = [...place.slice(0, depth), ...path];
    if (at(root, found) !== undefined) return found;
  }
  return undefined;
}

function* everything(node, path = []) {
  for (const [name, child] of Object.entries(node.nested ?? {})) {
    yield [[...path, name], child];
    yield* everything(child, [...path, name]);
  }
}

const lowerFirst = (name) => name[0].toLowerCase() + name.slice(1);

/** What code names: methods of services as `.method`, messages by their full names; and with these all that their fields are made of. */
function neededPaths(root, code) {
  const calledNames = new Set(code.match(/(?<=[sS]ervice\.)[a-z]\w+/g));
  const fullNames = new Set(code.match(/\b(?:temporal|google|grpc)\.[\w.]+/g));
  const needed = new Map();
  const methods = new Map();
  const open = [];
  const need = (path) => {
    const key = path.join('.');
    if (needed.has(key)) return;
    needed.set(key, path);
    open.push(path);
  };
  for (const [path, node] of everything(root)) {
    if (isService(node)) {
      const kept = Object.entries(node.methods).filter(([name]) => calledNames.has(lowerFirst(name)) && !neverAsked.test(name));
      methods.set(path.join('.'), Object.fromEntries(kept));
      for (const [, { requestType, responseType }] of kept) for (const type of [requestType, responseType]) need(resolve(root, path, type));
    } else if (fullNames.has(path.join('.')) || alwaysWhole.some((whole) => whole.every((name, index) => path[index] === name))) need(path);
  }
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    const node = at(root, path);
    if (!isMessage(node)) continue;
    for (const { type } of Object.values(node.fields)) {
      const found = resolve(root, path, type);
      if (found !== undefined) need(found);
    }
  }
  return { needed, methods };
}

/** The same tree with nothing in it but what is needed, and what that lies in. */
function pruned(node, path, { needed, methods }) {
  const nested = Object.entries(node.nested ?? {}).flatMap(([name, child]) => {
    const kept = pruned(child, [...path, name], { needed, methods });
    return kept === undefined ? [] : [[name, kept]];
  });
  const key = path.join('.');
  const isKept = needed.has(key) || isService(node);
  // A message that is not needed, with one in it that is, is but the place of that.
  const { nested: _, ...own } = node;
  const body = isService(node) ? { ...own, methods: methods.get(key) } : isKept ? own : {};
  if (!isKept && nested.length === 0) return undefined;
  return { ...body, ...(nested.length > 0 && { nested: Object.fromEntries(nested) }) };
}

/** Definitions of what this code can send and receive. */
export function neededMessages(root, code) {
  return pruned(root, [], neededPaths(root, code));
}

/** What the SDK's file of definitions would add to protobufjs. */
function definitionsIn(source) {
  class Root {
    addJSON(nested) {
      return { nested };
    }
  }
  const module = { exports: undefined };
  compileFunction(source, ['require', 'module'])(() => ({ roots: {}, Root }), module);
  return module.exports;
}

/** For esbuild: puts the definitions of what the inputs of a first build name into the place of all of them. */
export function withNeededMessages(inputs) {
  return {
    name: 'needed-messages',
    setup(build) {
      build.onLoad({ filter: definitions }, async ({ path }) => {
        const root = definitionsIn(await readFile(path, 'utf8'));
        const sources = inputs.filter((input) => !definitions.test(input) && !visitor.test(input) && !input.includes(':'));
        const code = (await Promise.all(sources.map((input) => readFile(input, 'utf8')))).join('\n');
        const json = JSON.stringify(JSON.stringify(neededMessages(root, code)));
        return {
          contents: `const protobuf = require('protobufjs/light');
const root = protobuf.roots.__temporal ?? (protobuf.roots.__temporal = new protobuf.Root());
module.exports = root.addJSON(JSON.parse(${json}).nested);`,
          loader: 'js',
        };
      });
    },
  };
}
