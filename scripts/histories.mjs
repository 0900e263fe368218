import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runJest } from './lib/jest.mjs';
import { rootPath } from './lib/prepare.mjs';
import { run } from './lib/run.mjs';
import { main, say, Stop } from './lib/say.mjs';

const folder = 'test/replay/histories';

/** From this version on somebody's proposals wait under what was shipped: a history is only ever added. */
const isReleased = !readFileSync(join(rootPath, 'package.json'), 'utf8').includes('"version": "0.1.');

/** The histories that others have already. */
async function shippedNames() {
  if (!isReleased) return [];
  try {
    return (await run('git', ['ls-tree', '--name-only', 'origin/main', `${folder}/`], { cwd: rootPath })).split('\n');
  } catch (error) {
    throw new Stop(`nobody can say which histories are shipped: ${error.message}`, { next: 'git fetch origin main' });
  }
}

/** Removes recordings that nobody else has seen, so that they are made again. */
async function forgetUnshipped() {
  const shipped = new Set(await shippedNames());
  const names = existsSync(join(rootPath, folder)) ? readdirSync(join(rootPath, folder)) : [];
  const unshipped = names.filter((name) => !shipped.has(`${folder}/${name}`));
  for (const name of unshipped) rmSync(join(rootPath, folder, name), { recursive: true });
  say(`${unshipped.length} histories removed, ${names.length - unshipped.length} are shipped and stay`);
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
