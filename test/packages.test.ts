import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import { version } from '../src/cli/commands/system/version-number.js';

interface Manifest {
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly hasInstallScript?: boolean;
}

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const own = JSON.parse(read('package.json')) as Manifest;
const asked = { ...own.dependencies, ...own.devDependencies };
const lock = JSON.parse(read('package-lock.json')) as {
  readonly packages: Readonly<Record<string, Manifest & { readonly resolved?: string }>>;
};
const temporal = Object.entries(lock.packages).filter(([path]) => /(^|\/)node_modules\/@temporalio\/[^/]+$/.test(path));

describe('the packages (spec Q2)', () => {
  it('of Temporal have one exact version, asked for and installed', () => {
    const wanted = Object.entries(asked).filter(([name]) => name.startsWith('@temporalio/'));
    expect(wanted.length).toBeGreaterThanOrEqual(7);
    expect(temporal.length).toBeGreaterThanOrEqual(wanted.length);
    const versions = new Set([...wanted.map(([, range]) => range), ...temporal.map(([, manifest]) => manifest.version)]);
    expect([...versions]).toEqual([expect.stringMatching(/^\d+\.\d+\.\d+$/)]);
  });

  it('have exact versions, all of them', () => {
    expect(Object.entries(asked).filter(([, range]) => !/^\d+\.\d+\.\d+$/.test(range))).toEqual([]);
  });

  it('have one protobufjs 8 for all of Temporal: with several of them a replay from JSON fails', () => {
    const users = temporal.filter(([, manifest]) => manifest.dependencies?.['protobufjs'] !== undefined).map(([path]) => path);
    expect(users.length).toBeGreaterThan(1);
    const resolved = ['.', ...users].map((path) =>
      createRequire(new URL(`../${path}/package.json`, import.meta.url)).resolve('protobufjs'),
    );
    expect(new Set(resolved).size).toBe(1);
    const copies = Object.entries(lock.packages).filter(([path]) => path.endsWith('node_modules/protobufjs'));
    expect(copies.filter(([path, manifest]) => path === 'node_modules/protobufjs' || manifest.version.startsWith('8.'))).toEqual([
      ['node_modules/protobufjs', expect.objectContaining({ version: expect.stringMatching(/^8\./) })],
    ]);
    expect(JSON.parse(read('node_modules/protobufjs/package.json'))).toMatchObject({ version: asked['protobufjs'] });
  });

  it('run nothing while they are installed: each that would has its part prebuilt for Linux, or needs none (spec Q2)', () => {
    expect(read('.npmrc').split('\n')).toContain('ignore-scripts=true');
    const scripted = Object.entries(lock.packages).flatMap(([path, { hasInstallScript }]) => (hasInstallScript === true ? [path] : []));
    // The first would compile without a prebuilt part, the next two would check theirs; protobufjs says something about version ranges.
    const prebuilt = ['@parcel/watcher', '@swc/core', 'esbuild'].map((name) => `node_modules/${name}`);
    expect(scripted).toEqual(['node_modules/@grpc/proto-loader/node_modules/protobufjs', ...prebuilt]);
    for (const path of prebuilt) {
      const parts = Object.keys(lock.packages[path]?.optionalDependencies ?? {});
      expect(parts).toEqual(expect.arrayContaining([expect.stringMatching(/linux-x64/), expect.stringMatching(/linux-arm64/)]));
    }
  });

  it('come from wherever the machine gets them: the lock file names no host', () => {
    expect(Object.entries(lock.packages).filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
  });

  it('include this one, in one version', () => {
    expect([version, lock.packages['']?.version]).toEqual([own.version, own.version]);
  });

  it('of the model server are a tree of their own, without the parts for cards that nobody asked for', () => {
    const { dependencies = {} } = JSON.parse(read('local-model/package.json')) as Manifest;
    expect(Object.values(dependencies)).toEqual(Object.keys(dependencies).map(() => expect.stringMatching(/^\d+\.\d+\.\d+$/)));
    expect(Object.keys(asked)).not.toContain('node-llama-cpp');
    expect(read('local-model/.npmrc').split('\n')).toEqual(expect.arrayContaining(['ignore-scripts=true', 'omit=optional']));
  });
});
