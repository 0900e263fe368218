import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { Stop } from './say.mjs';

const elsewhere = 'JANUS_HOME=/another/folder npm start';

function isFull(folder) {
  try {
    return statfsSync(folder).bavail === 0;
  } catch {
    return false;
  }
}

/** What the Temporal dev server (1.9) and its SQLite say, and what it means for whoever started it. */
const refusals = [
  {
    // First, because one can go on after it. The last three: the tables lay in a -wal file that is gone, or the file is empty, or of something else.
    words: /database disk image is malformed|file is not a database|no such table|no such column|unsupported file format/,
    says: ({ database }) => `${database} is damaged`,
    next: () => elsewhere,
  },
  {
    words: /database is locked/,
    says: ({ database }) => `${database} is held by another process`,
    next: ({ database }) => `fuser ${database}, end what holds it, and npm start again`,
  },
  {
    words: /readonly database/,
    says: ({ database }) => `${database} cannot be written: it, or its folder, is read-only for this account`,
    next: ({ database }) => `chmod u+w ${dirname(database)} ${database}*`,
  },
  {
    words: /disk is full|disk I\/O error|no space left/,
    says: ({ database }) =>
      isFull(dirname(database)) ? `the disk that holds ${database} is full` : `the disk that holds ${database} fails to read or write it`,
    next: ({ database }) => `df -h ${dirname(database)}`,
  },
  {
    words: /unable to open database file/,
    says: ({ database }) => `${database} cannot be opened`,
    next: ({ database }) => `ls -ld ${dirname(database)} ${database}`,
  },
  {
    words: /can't set UI port/,
    says: ({ uiPort }) => `port ${uiPort}, for the web UI, is in use by something else`,
    next: () => 'TEMPORAL_PORT=7300 npm start',
  },
  {
    words: /can't set \w+ port|address already in use/,
    says: ({ port }) => `port ${port} is in use by something that is not a Temporal server`,
    next: () => 'TEMPORAL_PORT=7300 npm start',
  },
];

/** Whether these words of a server say that its database is of no use any more. */
export const saysDamaged = (words) => refusals[0].words.test(words);

/** The one refusal after which one can go on: with a new database. */
export class DamagedDatabase extends Stop {}

/** Why the server did not start, in one sentence, as the error to end with; its own words where nobody knows them. */
export function refusalOf(words, { port, uiPort, database = 'its database in memory' }) {
  const known = refusals.find(({ words: pattern }) => pattern.test(words));
  if (known === undefined)
    return new Stop(`the Temporal dev server did not start on 127.0.0.1:${port}\n${words}`, { next: elsewhere, code: 69 });
  const context = { port, uiPort, database };
  const what = { next: known.next(context), code: 69 };
  return known === refusals[0] ? new DamagedDatabase(known.says(context), what) : new Stop(known.says(context), what);
}
