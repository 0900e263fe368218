import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { productionPackages } from '../../scripts/lib/release/packages.mjs';
import { aFolder } from '../support/folders.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

function run(program: string, args: readonly string[], { cwd = root, env = process.env as Record<string, string> } = {}) {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, env, encoding: 'utf8', maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}\n${stderr}`);
  return stdout;
}

describe('a release', () => {
  const [first, second, top] = [aFolder(), aFolder(), aFolder()];
  beforeAll(() => {
    run('sh', ['-c', 'umask 022; exec node scripts/release.mjs --output "$0"', first]);
    run('sh', ['-c', 'umask 077; exec node scripts/release.mjs --output "$0"', second], {
      env: { ...(process.env as Record<string, string>), TZ: 'Pacific/Auckland', LC_ALL: 'C.UTF-8' },
    });
    const archive = readdirSync(first).find((name) => name.endsWith('.tar.gz')) ?? '';
    run('tar', ['-xzf', join(first, archive), '--strip-components=1', '-C', top]);
  });

  it('has the same bytes when it is made again (spec D4)', () => {
    const bytes = (where: string) => readdirSync(where).map((name) => [name, readFileSync(join(where, name))] as const);
    expect(bytes(first).map(([name]) => name)).toEqual([
      expect.stringMatching(/^janus-[\d.]+-linux-(?:x64|arm64)\.tar\.gz$/),
      expect.stringMatching(/\.tar\.gz\.sha256$/),
    ]);
    const others = bytes(second);
    for (const [index, [name, of]] of bytes(first).entries())
      expect({ name, isSame: of.equals(others[index]![1]) }).toEqual({ name, isSame: true });
    run('sha256sum', ['--check', '--quiet', ...readdirSync(first).filter((name) => name.endsWith('.sha256'))], { cwd: first });
    run('sha256sum', ['--check', '--quiet', 'SHA256SUMS'], { cwd: top });
  });

  it('needs nothing of the machine but its libraries, wherever it lies (spec D4)', () => {
    const bare = { cwd: '/', env: {} };
    expect(run(join(top, 'bin/ubos'), ['version'], bare)).toMatch(/^ubos [\d.]+ · node 24\./);
    expect(run(join(top, 'bin/temporal'), ['--version'], bare)).toMatch(/^temporal version /);
    // Ends with what it lacks, which is a configuration, so all that it loads is there.
    const { stderr } = spawnSync(join(top, 'bin/node'), [join(top, 'dist/worker/main.js'), '--role', 'brain', '--config', '/nonexistent'], {
      ...{ ...bare, encoding: 'utf8' },
    });
    expect(stderr).toContain('no configuration');
    const loads =
      "await import('./dist/worker/roles/run-worker.js'); await import('./dist/worker/roles/brain.js'); await import('./dist/worker/roles/hands.js')";
    run(join(top, 'bin/node'), ['--input-type=module', '--eval', `${loads}; process.exit()`], { cwd: top, env: {} });
  });

  it('says what is in it', () => {
    const bom = JSON.parse(readFileSync(join(top, 'sbom.cdx.json'), 'utf8')) as {
      readonly bomFormat: string;
      readonly components: readonly { readonly name: string; readonly version: string }[];
    };
    const listed = new Set(bom.components.map(({ name, version }) => `${name}@${version}`));
    const carried = productionPackages().map(({ path, version }) => ({ path, name: `${path.split('node_modules/').at(-1)}@${version}` }));
    expect(bom.bomFormat).toBe('CycloneDX');
    expect(carried.filter(({ name }) => !listed.has(name))).toEqual([]);
    expect(carried.filter(({ path }) => !existsSync(join(top, path)))).toEqual([]);
    expect([...listed].filter((name) => /^(?:node|temporal)@/.test(name))).toHaveLength(2);
  });
});
