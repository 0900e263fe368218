import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EXIT } from '../../src/cli/exit-codes.js';
import { version } from '../../src/cli/commands/system/version-number.js';
import { ensureHome } from '../../scripts/lib/home.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const main = join(root, 'dist/cli/main.js');
let folder = '';

beforeAll(() => {
  // scripts/test.mjs builds it first.
  if (!existsSync(main)) throw new Error(`${main} is missing: node scripts/build.mjs`);
  folder = mkdtempSync(join(tmpdir(), 'janus-cli-'));
  chmodSync(folder, 0o711);
  ensureHome(folder);
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A hook of Node's own loader that writes down the URL of every module. */
const spy = (file: string) => {
  const hooks = `import { appendFileSync } from 'node:fs'; export async function load(url, context, next) { appendFileSync(${JSON.stringify(file)}, url + '\\n'); return next(url, context); }`;
  const register = `import { register } from 'node:module'; register('data:text/javascript,' + encodeURIComponent(${JSON.stringify(hooks)}));`;
  return `data:text/javascript,${encodeURIComponent(register)}`;
};

/** Runs the built ubos; returns what it loaded as the packages whose code is in the chunks, as the bundler wrote down. */
function packagesLoadedBy(args: readonly string[]) {
  const file = join(folder, `${args.join('-').replaceAll(/[^\w-]/g, '_')}.modules`);
  const env = { PATH: process.env['PATH'], HOME: folder, JANUS_HOME: folder, TEMPORAL_ADDRESS: '127.0.0.1:1' };
  const child = spawnSync(process.execPath, ['--import', spy(file), main, ...args], { env, cwd: folder, encoding: 'utf8' });
  const loaded = readFileSync(file, 'utf8').trim().split('\n');
  const inputs = JSON.parse(readFileSync(join(root, 'dist/cli/inputs.json'), 'utf8')) as Record<string, string[]>;
  const sources = loaded.filter((url) => url.startsWith('file:')).flatMap((url) => inputs[basename(fileURLToPath(url))] ?? []);
  const packages = sources.flatMap((source) => /^node_modules\/((?:@[\w-]+\/)?[\w.-]+)\//.exec(source)?.[1] ?? []);
  return { child, packages: [...new Set(packages)] };
}

const heavy = /^(@temporalio|@grpc|@protobufjs|protobufjs|long|zod|yaml|execa|pino)/;

describe('the built ubos', () => {
  it.each([
    ['help'],
    ['--help'],
    ['help', 'approve'],
    ['help', 'exit-codes'],
    ['approve', '--help'],
    ['version'],
    ['completion', 'bash'],
    ['aprove'],
    ['reject', 'janus-0123456789ab'],
  ])('%s %s loads nothing heavy', (...args) => {
    const { packages } = packagesLoadedBy(args);
    expect(packages.filter((name) => heavy.test(name))).toEqual([]);
    expect(packages).toContain('commander');
  });

  it('check loads parser, schema and sandbox, and no Temporal', () => {
    const { packages, child } = packagesLoadedBy(['check', join(root, 'examples/disk-report.yaml')]);
    expect([child.status, child.stdout]).toEqual([EXIT.ok, expect.stringContaining('VALID every rule passed')]);
    expect(packages).toEqual(expect.arrayContaining(['zod', 'yaml']));
    expect(packages.filter((name) => /^@(temporalio|grpc)/.test(name))).toEqual([]);
  });

  it('what asks the server loads its client and never the worker; nobody there is exit code 69, soon', () => {
    const { packages, child } = packagesLoadedBy(['proposals', 'list']);
    expect([child.status, child.stderr]).toEqual([
      EXIT.unreachable,
      expect.stringMatching(/not reachable at 127\.0\.0\.1:1\n {2}→ npm start/),
    ]);
    expect(packages).toContain('@temporalio/client');
    expect(packages.filter((name) => /worker|core-bridge|workflow$|swc|webpack/.test(name))).toEqual([]);
  });

  it('says its version, which is that of package.json (spec U1)', () => {
    const { version: packaged } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    expect(version).toBe(packaged);
    expect(packagesLoadedBy(['version']).child.stdout).toBe(`ubos ${packaged} · node ${process.versions.node}\n`);
  });

  it('a piped a approves nothing (spec U2)', () => {
    const child = spawnSync(process.execPath, [main, 'review'], { input: 'a\n', env: { HOME: folder }, cwd: folder, encoding: 'utf8' });
    expect([child.status, child.stdout]).toEqual([EXIT.usage, '']);
    expect(child.stderr).toContain('Nothing was decided');
  });
});
