import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';

const roots = ['.ci', 'bench', 'deploy', 'docs', 'examples', 'schemas', 'scripts', 'src', 'test'];
const programs = new Set(['.ts', '.mjs', '.cjs', '.js', '.sh']);

export const bounds = { filesPerFolder: 25, linesPerFile: 250, medianLinesOfSrc: 100 };

/** What may be larger, and why. An exception that nobody needs any more is a problem too. */
export const exceptions = {
  'docs/decisions': 'a series: one file for each decision, in its order',
  schemas: 'written by npm run golden, one file for each form of --json; others find them by this path',
  'deploy/audit-verify.mjs': 'one file that is copied to another machine, so that it needs nothing of this one',
};

/** Every file of the house, below its folders, with the lines of those that are programs. */
export function readSizes(folder) {
  return roots.flatMap((root) =>
    readdirSync(join(folder, root), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => {
        const path = join(entry.parentPath, entry.name);
        const isProgram = programs.has(extname(entry.name));
        return {
          path: path.slice(folder.length).replace(/^\//, ''),
          ...(isProgram && { lines: readFileSync(path, 'utf8').split('\n').length - 1 }),
        };
      }),
  );
}

function medianOf(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

/** What is too large, in words. */
export function tooLarge(files) {
  const perFolder = new Map();
  for (const { path } of files) {
    const folder = path.slice(0, path.lastIndexOf('/'));
    perFolder.set(folder, (perFolder.get(folder) ?? 0) + 1);
  }
  const found = [
    ...[...perFolder].flatMap(([path, count]) =>
      count > bounds.filesPerFolder
        ? [{ path, what: `${count} files lie directly in it, at most ${bounds.filesPerFolder} may: group them` }]
        : [],
    ),
    ...files.flatMap(({ path, lines = 0 }) =>
      lines > bounds.linesPerFile
        ? [{ path, what: `${lines} lines, at most ${bounds.linesPerFile} may be: take it apart by subject` }]
        : [],
    ),
  ];
  const unneeded = Object.keys(exceptions).filter((path) => !found.some((each) => each.path === path));
  const median = medianOf(files.flatMap(({ path, lines }) => (path.startsWith('src/') && lines !== undefined ? [lines] : [])));
  return [
    ...found.flatMap(({ path, what }) => (path in exceptions ? [] : [`${path}: ${what}`])),
    ...unneeded.map((path) => `${path} is an exception without need: strike it from scripts/lib/sizes.mjs`),
    ...(median >= bounds.medianLinesOfSrc
      ? [`src: half of all files have ${median} lines or more, under ${bounds.medianLinesOfSrc} they should`]
      : []),
  ];
}
