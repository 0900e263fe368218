import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { changesOfModuleState } from '../support/replay/module-state.js';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const bundle = readFileSync(here('../../dist/workflow-bundle.js'), 'utf8');

/** The modules that webpack put in, by their paths from the clone. */
const modules = [...bundle.matchAll(/^\/\*{3}\/ "\.\/([^"]+)"/gm)].map(([, path]) => path ?? '');
const packageOf = (path: string) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1];

describe('the workflow bundle (spec Q1)', () => {
  it('holds our workflows, contract and domain, and of npm only what the SDK brings', () => {
    expect(modules.length).toBeGreaterThan(50);
    expect([...new Set(modules.map(packageOf).filter((name) => name !== undefined))].sort()).toEqual([
      '@temporalio/common',
      '@temporalio/workflow',
      'long',
      'ms',
      'nexus-rpc',
    ]);
    const own = modules.filter((path) => packageOf(path) === undefined);
    expect(own.filter((path) => !/^dist\/(workflows|contract|domain)\//.test(path))).toEqual([]);
  });

  it('holds every workflow file, and no schema: zod doubles it and makes each cached workflow four times as heavy', () => {
    const files = readdirSync(here('../../src/workflows'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => `dist/workflows/${file.replace(/\.ts$/, '.js')}`);
    expect(files.length).toBeGreaterThan(10);
    expect(modules).toEqual(expect.arrayContaining(files));
    expect(modules.filter((path) => path.includes('zod') || path.endsWith('.schema.js'))).toEqual([]);
  });

  it('shares its modules between workflows, so none of ours keeps what it changes', () => {
    const own = modules.filter((path) => packageOf(path) === undefined);
    const source = (path: string) => readFileSync(here(`../../${path.replace(/^dist/, 'src').replace(/\.js$/, '.ts')}`), 'utf8');
    const changed = own.flatMap((path) => changesOfModuleState(source(path)).map((text) => `${path}: ${text}`));
    // The global object is each workflow's own; the bytes are written before they are read, in one go.
    expect(changed.filter((text) => !/globals\.janus(?:Inlet \?\?|Details )= |merkle\.js: nodeInput\./.test(text))).toEqual([]);
  });

  it.each([
    ['let count = 0;', 'count can be changed'],
    ['const seen = new Set<string>(); export const see = (name: string) => seen.add(name);', 'seen.add(name)'],
    ['const state = { count: 0 }; export function next() { return (state.count += 1); }', 'state.count += 1'],
    ['const words = /a/g; export const has = (text: string) => words.test(text);', 'words.test(text)'],
    ['const early: string[] = []; export const keep = (text: string) => void early.push(text);', 'early.push(text)'],
  ])('would be told of %s', (source, text) => {
    expect(changesOfModuleState(source)).toContain(text);
  });

  it('stays under 1.45 MB, its source map included', () => {
    expect(Buffer.byteLength(bundle)).toBeLessThan(1_450_000);
  });

  it('is replayed with one protobufjs 8, or histories in JSON cannot be read at all', () => {
    const lock = JSON.parse(readFileSync(here('../../package-lock.json'), 'utf8')) as { packages: Record<string, { version?: string }> };
    const versions = Object.entries(lock.packages).flatMap(([path, { version }]) =>
      /(^|\/)node_modules\/protobufjs$/.test(path) ? [version] : [],
    );
    expect(versions.filter((version) => version?.startsWith('8.'))).toEqual(['8.8.1']);
  });
});
