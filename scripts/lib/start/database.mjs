import { accessSync, constants, existsSync, lstatSync, readdirSync, readFileSync, readlinkSync, realpathSync, renameSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { syncPath } from '../durable.mjs';
import { Stop } from '../say.mjs';

/** SQLite's own beside the file itself; the newest of what was written lies in the first. */
const besides = ['-wal', '-shm'];
const partsOf = (database) => ['', ...besides].map((end) => `${database}${end}`).filter((path) => existsSync(path));

/** Another process that has the file open; two servers on one database would answer for the same workflows. */
function holderOf(database) {
  const path = realpathSync(database);
  /** What is gone meanwhile, or another user's, who could not have opened our file, is none. */
  const orNothing = (look, nothing) => {
    try {
      return look();
    } catch {
      return nothing;
    }
  };
  const isIt = (fd) => orNothing(() => readlinkSync(fd) === path, false);
  const holds = (pid) => orNothing(() => readdirSync(`/proc/${pid}/fd`), []).some((fd) => isIt(`/proc/${pid}/fd/${fd}`));
  return readdirSync('/proc').find((pid) => /^\d+$/.test(pid) && holds(pid));
}

/** Throws a `Stop` where no server could use the database, though nothing is wrong with what is in it. */
export function assertUsable(database) {
  const folder = dirname(database);
  const next = `ls -ld ${folder} ${database}*`;
  const paths = partsOf(database);
  for (const path of paths)
    if (!lstatSync(realpathSync(path)).isFile())
      throw new Stop(`${path} is no file, so it cannot be the Temporal database`, {
        next: `mv ${path} ${path}.old && npm start`,
        code: 69,
      });
  for (const path of [folder, ...paths])
    try {
      accessSync(path, constants.R_OK | constants.W_OK);
    } catch {
      throw new Stop(`${path} cannot be written by this account, and the Temporal server has to`, { next, code: 69 });
    }
  const pid = paths.includes(database) ? holderOf(database) : undefined;
  if (pid !== undefined)
    throw new Stop(`${database} is in use by another server (pid ${pid})`, {
      next: `ps -fp ${pid}, then: kill ${pid}, or: JANUS_HOME=/another/folder npm start`,
      code: 69,
    });
}

/** Gives the database another name, with what belongs to it, so that the next server makes a new one. Returns that name. */
export function setAside(database, now = new Date()) {
  const aside = `${database}.damaged-${now.toISOString().replaceAll(/[:.]/g, '-')}`;
  // The file last: as long as it is there, what belongs to it is looked for beside it.
  for (const path of partsOf(database).reverse()) renameSync(path, `${aside}${path.slice(database.length)}`);
  syncPath(dirname(database));
  return aside;
}

/** The proposals that had not ended, as the newest file of the trail has it; undefined where there is no trail to ask. */
export function unfinishedIn(trail, isFinal) {
  if (!existsSync(trail)) return undefined;
  const statuses = new Map();
  for (const line of readFileSync(trail, 'utf8').split('\n'))
    try {
      const { action_id: id, status } = JSON.parse(line);
      if (typeof id === 'string' && typeof status === 'string') statuses.set(id, status);
    } catch {
      // A torn line: `ubos audit verify` is for that.
    }
  return [...statuses].filter(([, status]) => !isFinal(status)).map(([id]) => id);
}

/** What a person is told of it: what was lost, what was not, and what will be said of it from now on. */
export function setAsideWords({ database, aside, unfinished }) {
  const gone =
    unfinished === undefined || unfinished.length === 0
      ? 'nothing that the newest file of the audit trail knows of waited or ran'
      : `what waited or ran, ${unfinished.length} by the newest file of the audit trail: ${unfinished.slice(0, 8).join(' ')}${unfinished.length > 8 ? ' ...' : ''}`;
  return [
    `✗ the Temporal database is damaged: ${database}`,
    `  set aside  as ${basename(aside)}, not deleted; a new one takes its place`,
    `  lost       ${gone}; and the histories of what had ended`,
    '  kept       audit trail, start ledger, keys, workspaces: nothing that ran runs again by itself',
    '  from here  ubos audit reconcile: it goes on naming what has lost its history (exit code 1), and is right',
    '             what waited can be proposed again a day after its deadline',
    `  a backup   of the database: stop, put it at ${basename(database)}, npm start`,
  ].join('\n');
}
