import { dirname, join, relative } from 'node:path';
import { chooseServer, startDevServer, untilHealthy, writeProfile } from '../dev-server.mjs';
import { root, rootPath } from '../prepare.mjs';
import { run } from '../run.mjs';
import { out, say, Stop } from '../say.mjs';
import { DamagedDatabase, saysDamaged } from '../server-refusal.mjs';
import { findTemporal } from '../temporal-binaries.mjs';
import { here, ubos } from '../ubos.mjs';
import { endProcess } from '../worker-process.mjs';
import { assertUsable, setAside, setAsideWords, unfinishedIn } from './database.mjs';

async function joinServer(cli, choice, home) {
  const address = choice.address ?? 'the address of your profile';
  const namespace = process.env.TEMPORAL_NAMESPACE || 'default';
  if (choice.address !== undefined) {
    try {
      await untilHealthy(cli.path, choice.address, { attempts: 10 });
    } catch (error) {
      throw new Stop(`no Temporal server answers at ${address} (${choice.why})`, {
        next: 'start it, or unset TEMPORAL_ADDRESS',
        code: 69,
        cause: error,
      });
    }
    writeProfile(home, { address: choice.address, namespace });
  }
  out(`temporal   joined ${address} (${choice.why}); it is not stopped when this ends`);
  return {};
}

async function replace(database, home) {
  const { isFinal } = await import(new URL('dist/domain/action/status.js', root));
  const aside = setAside(database);
  say(here(setAsideWords({ database, aside, unfinished: unfinishedIn(join(home, 'proposals.jsonl'), isFinal) })));
}

/** Where a backup was put back: its database becomes the database, before the server looks at it. */
async function putInPlace(home) {
  const env = { ...process.env, JANUS_HOME: home };
  const { value, error, stderr } = await ubos(['restore', '--put-in-place'], { env });
  if (value === undefined) throw new Stop(error?.message ?? stderr.trim(), { next: error?.next, code: 1 });
  if (value.restored === null) return;
  const aside = value.set_aside.length === 0 ? 'nothing was newer' : `set aside: ${value.set_aside.join(', ')}`;
  out(`restore    a backup was put in place; ${aside}`);
  out(`           nothing runs until you say so: ${here("ubos audit acknowledge-restore --reason '...'")}`);
}

/** Watches a server that serves: `onEnd` hears why it no longer does. */
function watchServer(child, { database, home, onEnd }) {
  let isDamaged = false;
  const look = (chunk) => {
    if (isDamaged || !saysDamaged(String(chunk))) return;
    isDamaged = true;
    onEnd('the Temporal server finds its database damaged', () => replace(database, home));
  };
  child.stdout.on('data', look);
  child.stderr.on('data', look);
  child.once('close', (code, signal) => onEnd(`the Temporal server has ended (${signal ?? code})`));
}

async function startOwn(cli, { port, uiPort }, { home, database, notes, closers }) {
  const onStart = (child) => {
    const closed = new Promise((resolve) => child.once('close', resolve));
    closers.push(() => endProcess(child, closed, { signal: 'SIGINT', milliseconds: 15_000 }));
    notes.note('Temporal server', child.pid);
  };
  const start = () => startDevServer(cli.path, { port, uiPort, database, onStart });
  try {
    return await start();
  } catch (error) {
    if (!(error instanceof DamagedDatabase)) throw error;
    await replace(database, home);
    return start();
  }
}

/**
 * Joins a server or starts one in the state folder; says which, so that nobody wonders whose server it is. What has to be closed is added to `closers`
 * as soon as it is there; `onEnd(why, afterwards)` hears when a server of ours no longer serves.
 */
export async function openServer({ home, notes, closers, onEnd }) {
  const cli = await findTemporal(root, 'temporal');
  const choice = await chooseServer(cli.path);
  if (choice.join) return joinServer(cli, choice, home);
  await putInPlace(home);
  const database = join(home, 'temporal.db');
  assertUsable(database);
  for (const taken of choice.taken)
    say(`  port ${taken} is in use by something that is not a Temporal server: another one is taken (TEMPORAL_PORT chooses)`);
  const { child, address } = await startOwn(cli, choice, { home, database, notes, closers });
  watchServer(child, { database, home, onEnd });
  writeProfile(home, { address, namespace: 'default' });
  const version = /version ([\d.]+)/.exec(await run(cli.path, ['--version']))?.[1] ?? '?';
  out(`temporal   ${version} (${cli.source}) → ${address}, data ${relative(rootPath, database) || database}`);
  if (!(process.env.PATH ?? '').split(':').includes(dirname(cli.path))) out(`           its command line: ${cli.path}`);
  return { ui: `http://127.0.0.1:${choice.uiPort}` };
}
