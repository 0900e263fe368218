/** The systemd units of an installed vessel. The seed's `janus_agentd` is an alias of the brain's. */
const units = {
  server: 'janus-server',
  brain: 'janus-brain',
  hands: 'janus-hands',
  egress: 'janus-egress',
  witness: 'janus-witness',
  guard: 'janus-guard',
} as const;

export type Unit = keyof typeof units;

const namesOf = (which: Iterable<Unit>) => [...new Set(which)].map((unit) => units[unit]).join(' ');

/** What starts it, in a clone and where it is installed. */
export const startHint = (...which: Unit[]): string => `npm start · sudo systemctl start ${namesOf(which)}`;

export const restartHint = (...which: Unit[]): string => `npm start · sudo systemctl restart ${namesOf(which)}`;

/** Which unit polls a queue: one of the brain's two, or the hands'. */
export const unitOfQueue = (queue: string): Unit => (queue === 'hands' ? 'hands' : 'brain');

/** So can the guard, and works at once for the workers that run already. */
export const guardHint = `${startHint('guard')} · node dist/worker/main.js --role guard`;

/** Egress can be started by hand beside a worker that runs already. */
export const egressHint = `${startHint('egress')} · node dist/worker/main.js --role egress`;
