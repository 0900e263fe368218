import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runJest } from './lib/jest.mjs';
import { rootPath } from './lib/prepare.mjs';
import { run } from './lib/run.mjs';
import { main, say, Stop } from './lib/say.mjs';

const folder = 'test/replay/histories';

/** What others may have already: a shipped history is only ever added. */
async function shippedFiles() {
  try {
    return (await run('git', ['ls-tree', '--name-only', 'origin/main', `${folder}/`], { cwd: rootPath })).split('\n');
  } catch (error) {
    throw new Stop(`nobody can say which histories are shipped: ${error.message}`, { next: 'git fetch origin main' });
  }
}

/** Removes recordings that nobody else has seen, so that they are made again. */
async function forgetUnshipped() {
  const shipped = new Set(await shippedFiles());
  const files = existsSync(join(rootPath, folder)) ? readdirSync(join(rootPath, folder)) : [];
  const unshipped = files.filter((file) => !shipped.has(`${folder}/${file}`));
  for (const file of unshipped) rmSync(join(rootPath, folder, file));
  say(`${unshipped.length} files removed, ${files.length - unshipped.length} are shipped and stay`);
}

/** `npm run histories [-- --fresh] [NAME ...]`: records what is missing; a name that exists already gets a further version. */
await main(async () => {
  const args = process.argv.slice(2);
  const names = args.filter((arg) => !arg.startsWith('-'));
  const unknown = args.find((arg) => arg.startsWith('-') && arg !== '--fresh');
  if (unknown !== undefined) throw new Stop(`${unknown} is unknown`, { next: 'npm run histories -- [--fresh] [NAME ...]', code: 2 });
  if (args.includes('--fresh')) await forgetUnshipped();
  process.exitCode = await runJest(['--testMatch', '**/test/replay/record-histories.ts'], { JANUS_RECORD: names.join(',') });
});
