import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, extname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const root = fileURLToPath(new URL('../../', import.meta.url));
const notOurs = new Set(['node_modules', 'dist', '.git', '.janus', '.cache']);

function filesBelow(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => !notOurs.has(name))
    .flatMap((name) => {
      const path = join(folder, name);
      return statSync(path).isDirectory() ? filesBelow(path) : [path];
    });
}

const files = filesBelow(root);
const pages = files.filter((file) => file.endsWith('.md'));
const read = (file: string) => readFileSync(file, 'utf8');
const named = (file: string) => relative(root, file);

const range = (letter: string, last: number) => Array.from({ length: last }, (_, index) => `${letter}${index + 1}`);

/** Every statement that the product must meet. The list is here, so that a row that gets lost is noticed. */
const statements = [
  ...range('P', 6),
  ...range('C', 5),
  ...range('A', 7),
  ...range('X', 10),
  ...range('T', 8),
  ...range('G', 6),
  ...range('L', 4),
  ...range('K', 2),
  ...range('F', 2),
  ...range('U', 2),
  ...range('D', 3),
  ...range('O', 2),
  ...range('Q', 4),
];

interface Row {
  readonly id: string;
  readonly state: string;
  readonly where: string;
  readonly tests: readonly string[];
}

/** A row is `| id | what | state | where | tests |`. */
function rowsOf(page: string): Row[] {
  return page.split('\n').flatMap((line) => {
    const [, id = '', , state = '', where = '', tests = ''] = line.split('|').map((cell) => cell.trim());
    return /^[A-Z]\d+$/.test(id) ? [{ id, state, where, tests: [...tests.matchAll(/`(test\/[^`]+)`/g)].map(([, path = '']) => path) }] : [];
  });
}

const rows = rowsOf(read(join(root, 'SPECIFICATION.md')));

describe('SPECIFICATION.md', () => {
  it('has every statement once, and no other', () => {
    expect(rows.map(({ id }) => id).sort()).toEqual([...statements].sort());
  });

  it('knows three states, and says what is missing where one is not done', () => {
    const odd = rows.filter(({ state }) => !/^done(?![a-z])|^(partly|open): .{5}/.test(state));
    expect(odd).toEqual([]);
  });

  it('names tests that exist, and one at least where a statement is done', () => {
    // What runs inside the virtual machine is no file of jest's.
    const isTest = (path: string) => path.endsWith('.test.ts') || /^test\/system\/\w+\/checks\.mjs$/.test(path);
    const missing = rows.flatMap(({ tests }) => tests.filter((path) => !isTest(path) || !existsSync(join(root, path))));
    expect(missing).toEqual([]);
    expect(rows.flatMap(({ tests }) => tests).length).toBeGreaterThan(150);
    expect(rows.filter(({ state, tests }) => state.startsWith('done') && tests.length === 0)).toEqual([]);
  });

  it('names sources that exist', () => {
    const paths = rows.flatMap(({ where }) => [...where.matchAll(/`((?:src|scripts|deploy|bench)\/[^`]*)`/g)].map(([, path = '']) => path));
    expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
    expect(paths.length).toBeGreaterThan(50);
  });
});

/** Targets of links in a page that lead nowhere. */
function brokenLinks(page: string): string[] {
  const text = read(page).replaceAll(/^```[\s\S]*?^```/gm, '');
  const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  return targets.filter((target) => {
    if (/^[a-z]+:/.test(target)) return false;
    const [path = '', anchor] = target.split('#');
    const file = path === '' ? page : resolve(dirname(page), path);
    return !existsSync(file) || (anchor !== undefined && !anchorsOf(read(file)).includes(anchor));
  });
}

/** Anchors as code forges make them of headings. */
function anchorsOf(page: string): string[] {
  return [...page.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

it('has links that resolve, on every page', () => {
  expect(pages.flatMap((page) => brokenLinks(page).map((target) => `${named(page)}: ${target}`))).toEqual([]);
  expect(pages.map(named)).toContain('docs/proposals.md');
});

it('names no host of a package registry, in no file', () => {
  const text = new Set(['.md', '.ts', '.mjs', '.cjs', '.js', '.json', '.yaml', '.yml', '.sh', '']);
  const candidates = files.filter((file) => text.has(extname(file)));
  // Taken apart, so that this file names none either.
  const hosts = [
    ['registry', 'npmjs', 'org'],
    ['registry', 'yarnpkg', 'com'],
    ['npm', 'pkg', 'github', 'com'],
    ['pypi', 'org'],
    ['pythonhosted', 'org'],
    ['proxy', 'golang', 'org'],
    ['crates', 'io'],
    ['ghcr', 'io'],
    ['docker', 'io'],
  ].map((labels) => labels.join('.'));

  const found = candidates.flatMap((file) => {
    const content = read(file);
    return hosts.filter((host) => content.includes(host)).map((host) => `${named(file)}: ${host}`);
  });
  expect(candidates.length).toBeGreaterThan(100);
  expect(found).toEqual([]);
});
