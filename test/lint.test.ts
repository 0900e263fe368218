import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';
import { fill, useFolders } from './support/folders.js';

const newFolder = useFolders();
const root = fileURLToPath(new URL('..', import.meta.url));

/** The rules that the project's linter names for one file of another tree. */
function rulesBrokenBy(source: string): string[] {
  const folder = newFolder();
  fill(folder, { 'src/planted.ts': source });
  const args = [join(root, 'node_modules/oxlint/bin/oxlint'), '--config', join(root, '.oxlintrc.json'), '--format', 'json', 'src'];
  const { stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: { code: string }[] };
  return diagnostics.map(({ code }) => code).sort();
}

const lines = (count: number) => `export function long() {\n${'  Math.random();\n'.repeat(count)}}\n`;

it.each([
  ['five positional parameters', 'export const f = (a: 1, b: 1, c: 1, d: 1, e: 1) => [a, b, c, d, e];\n', ['eslint(max-params)']],
  ['four', 'export const f = (a: 1, b: 1, c: 1, d: 1) => [a, b, c, d];\n', []],
  ['a function of 71 lines', lines(69), ['eslint(max-lines-per-function)']],
  ['one of 70', lines(68), []],
])('the linter counts: %s', (_, source, broken) => {
  expect(rulesBrokenBy(source)).toEqual(broken);
});
