import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rootPath } from './prepare.mjs';

const tables = 'src/cli/verbs';
const sources = 'src/cli/commands';
const tests = 'test/cli';

/** What writes schemas/ and the golden files again. */
export const regenerate = 'npm run golden';

/** The verbs of a table, each with its source: `{ verb: 'audit tail', file: 'src/cli/commands/audit/tail.ts' }`. */
export function rowsIn(text) {
  const row = /path: \[([^\]]+)\][^[]*?import\('\.\.\/(commands\/[^']+)\.js'\)/g;
  return [...text.matchAll(row)].map(([, words, path]) => ({
    verb: [...words.matchAll(/'([^']+)'/g)].map(([, word]) => word).join(' '),
    file: `src/cli/${path}.ts`,
  }));
}

const testOf = (file) => file.replace(sources, `${tests}/commands`).replace(/\.ts$/, '.test.ts');

/** A test by the verb's own name, or one that types it. A schema may be called as its verb is, so the word alone counts only where a line is expected. */
function isTested({ verb, file }, named) {
  const typed = new RegExp(`(?:line: |ubos[(]|run[(])['"\`]${verb}['"\`]|['"\`]${verb} `);
  return testOf(file) in named || Object.values(named).some((source) => typed.test(source));
}

/**
 * Which step of adding a verb is still missing, as sentences that say what to do. `commandFiles` are the sources that export a command, `testFiles` are
 * the tests of the command line with their sources, `printed` are the files that schemas/ must hold, `shipped` are those that it holds.
 */
export function missingSteps({ rows, commandFiles, testFiles, printed, shipped }) {
  const loaded = new Set(rows.map(({ file }) => file));
  const all = Object.values(testFiles).join('\n');
  const names = Object.keys(printed).map((file) => file.replace('.v1.json', ''));
  const stale = [...new Set([...Object.keys(printed), ...Object.keys(shipped)])].filter((file) => printed[file] !== shipped[file]);
  return [
    ...commandFiles.filter((file) => !loaded.has(file)).map((file) => `${file} is no verb yet: it needs its row in ${tables}/`),
    ...rows
      .filter((row) => !isTested(row, testFiles))
      .map(({ verb, file }) => `ubos ${verb} has no test: write ${testOf(file)}, which types it`),
    ...names
      .filter((name) => !all.includes(`'${name}'`) && !all.includes(`ubos.${name}/v1`))
      .map((name) => `no test below ${tests} says that ubos.${name}/v1 is printed: printed(stdout, '${name}')`),
    ...stale.map((file) => `schemas/${file} is not what the commands print: ${regenerate}`),
  ];
}

const read = (path) => readFileSync(join(rootPath, path), 'utf8');
const below = (folder, end) =>
  readdirSync(join(rootPath, folder), { recursive: true })
    .filter((path) => path.endsWith(end))
    .sort()
    .map((path) => join(folder, path));

/** The clone as `missingSteps` looks at it, but for what the commands print. */
export function readVerbs() {
  const textsOf = (paths) => Object.fromEntries(paths.map((path) => [path, read(path)]));
  return {
    rows: below(tables, '.ts').flatMap((path) => rowsIn(read(path))),
    commandFiles: below(sources, '.ts').filter((path) => read(path).includes('export const command')),
    testFiles: textsOf(below(tests, '.test.ts')),
    shipped: Object.fromEntries(below('schemas', '.json').map((path) => [path.slice('schemas/'.length), read(path)])),
  };
}
