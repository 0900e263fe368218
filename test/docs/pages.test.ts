import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, extname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';

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
