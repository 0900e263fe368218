/** The systemd units of an installed vessel (deploy/janus/units). The brain's has the seed's name. */
const units = {
  server: 'janus-server',
  brain: 'janus_agentd',
  hands: 'janus-hands',
  egress: 'janus-egress',
  witness: 'janus-witness',
  guard: 'janus-guard',
  notifier: 'janus-notifier',
} as const;

export type Unit = keyof typeof units;

const namesOf = (which: Iterable<Unit>) => [...new Set(which)].map((unit) => units[unit]).join(' ');

/** What starts it, in a clone and where it is installed. */
export const startHint = (...which: Unit[]): string => `npm start · sudo systemctl start ${namesOf(which)}`;

/** What ends all of it. */
export const stopHint = `Ctrl-C where npm start runs · sudo systemctl stop ${units.brain}`;

/** Where the unit that makes backups says what went wrong. */
export const backupLogHint = 'sudo journalctl -u janus-backup';

/** Where a unit says why it ended. */
export const unitLogHint = (unit: string): string => `sudo journalctl -u ${unit}`;

/** Sends the copy of the trail now, and where that says what went wrong. */
export const cockpitHint = 'sudo systemctl start janus-cockpit · sudo journalctl -u janus-cockpit';

export const restartHint = (...which: Unit[]): string => `npm start · sudo systemctl restart ${namesOf(which)}`;

/** Which unit polls a queue: one of the brain's two, or the hands'. */
export const unitOfQueue = (queue: string): Unit => (queue === 'hands' ? 'hands' : 'brain');

/** On a server under the account that does it: what the script reads is for that alone. */
export const notifyTestHint = `ubos notify test · sudo -u ${units.notifier} ubos notify test`;

/** Beside workers that run already. */
export const notifierHint = `${startHint('notifier')} · node dist/worker/main.js --role notifier`;

/** So can the guard, and works at once for the workers that run already. */
export const guardHint = `${startHint('guard')} · node dist/worker/main.js --role guard`;

/** Egress can be started by hand beside a worker that runs already. */
export const egressHint = `${startHint('egress')} · node dist/worker/main.js --role egress`;
