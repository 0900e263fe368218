import { describe, expect, it } from '@jest/globals';
import { bounds, exceptions, readSizes, tooLarge } from '../../scripts/lib/sizes.mjs';
import { useFolders } from '../support/folders.js';
import { fill } from '../support/folders.js';

const folder = useFolders();
const { filesPerFolder, linesPerFile, medianLinesOfSrc } = bounds;

const many = (path: string, count: number, lines = 1) =>
  Array.from({ length: count }, (_, index) => ({ path: `${path}/f${index}.ts`, lines }));
const excepted = Object.keys(exceptions).flatMap((path) =>
  path.includes('.') ? [{ path, lines: linesPerFile + 1 }] : many(path, filesPerFolder + 1),
);
const found = (...files: { path: string; lines?: number }[]) => tooLarge([...excepted, ...files]);

describe('folders and files', () => {
  it('may be as large as is allowed', () => {
    expect(found(...many('src/a', filesPerFolder), { path: 'src/b/c.ts', lines: linesPerFile })).toEqual([]);
  });

  it.each([
    ['one file more than a folder may hold', many('test/a', filesPerFolder + 1), 'test/a: 26 files'],
    ['data files count', Array.from({ length: 26 }, (_, index) => ({ path: `docs/d${index}.md` })), 'docs: 26 files'],
    ['one line more than a file may have', [{ path: 'bench/b.mjs', lines: linesPerFile + 1 }], 'bench/b.mjs: 251 lines'],
    ['half of src at the bound', [1, 2, 3].flatMap((n) => many(`src/${n}`, 2, medianLinesOfSrc)), 'src: half of all files'],
  ])('object to %s', (_, files, problem) => {
    expect(found(...files)).toEqual([expect.stringContaining(problem)]);
  });

  it.each(Object.keys(exceptions))('object to the exception %s once it is not needed', (path) => {
    const others = excepted.filter((file) => file.path !== path && !file.path.startsWith(`${path}/`));
    expect(tooLarge(others)).toEqual([expect.stringContaining(`${path} is an exception without need`)]);
  });

  it('are read with all that lies below, and only programs have lines', () => {
    const here = folder();
    const roots = ['.ci', 'bench', 'deploy', 'docs', 'examples', 'schemas', 'scripts', 'test'];
    fill(here, { ...Object.fromEntries(roots.map((root) => [`${root}/x.md`, 'a\nb\n'])), 'src/a/b/c.ts': 'a\nb\n' });
    expect(readSizes(here)).toEqual(expect.arrayContaining([{ path: 'docs/x.md' }, { path: 'src/a/b/c.ts', lines: 2 }]));
    expect(readSizes(here)).toHaveLength(roots.length + 1);
  });
});
