import { readdirSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolders } from '../files/make-folders.js';
import { openPage, readPage } from '../files/page.js';
import { startTicksOf } from '../files/start-ticks.js';
import type { SeenSigns, Trouble, VitalSigns } from '../../domain/health/vital-signs.js';
import { covers, vitalMilliseconds, vitalState } from '../../domain/health/vital-signs.js';

const bytes = 4_096;
const whyMax = 160;

const folderIn = (state: string) => join(state, 'vitals');

export type Look = () => Pick<VitalSigns, 'lastTickAt' | 'metricsAt'>;

/** A worker's own word of how it is, kept for whoever looks from outside (spec O3). */
export interface Vitals {
  /** Says what is wrong; without `why`, that it is well again. */
  tell(fact: Trouble['fact'], of: string, why?: string): void;
  /** Asked before each writing; it may tell. */
  watch(look: Look): void;
  close(): void;
}

export interface VitalSettings extends Pick<VitalSigns, 'role' | 'policyVersion' | 'hasSigners'> {
  /** Folder of the state. */
  readonly state: string;
  readonly now?: () => Date;
  readonly everyMilliseconds?: number;
}

/** Ended workers that this one stands in for: nobody asks for them any more. */
function forget(state: string, role: VitalSigns['role'], now: number): void {
  for (const signs of readVitals(state)) {
    const isOver = ['dead', 'stopped'].includes(vitalState(signs, now));
    const isSame = role === 'all' || signs.role === 'all' || covers(signs, role);
    if (isOver && isSame) unlinkSync(fileOf(state, signs));
  }
}

const fileOf = (state: string, { role, pid }: Pick<VitalSigns, 'role' | 'pid'>) => join(folderIn(state), `${role}-${pid}.json`);

/** Writes the vital signs of this process every two seconds, from its own event loop: where that hangs, they get old. */
export function keepVitals({ state, now = () => new Date(), everyMilliseconds = vitalMilliseconds, ...held }: VitalSettings): Vitals {
  const troubles = new Map<string, Trouble>();
  const looks: Look[] = [];
  const self = { ...held, pid: process.pid, startTicks: startTicksOf(process.pid), startedAt: now().toISOString() };
  try {
    makeFolders(folderIn(state), 0o755);
    forget(state, held.role, now().getTime());
  } catch {
    // A folder that cannot be written is told by what else lies in it; here nothing but the look from outside is lost.
  }
  const page = openPage<VitalSigns>(fileOf(state, self), {
    bytes,
    mode: 0o644,
    // The latest first.
    shorten: (signs) => (signs.troubles.length === 0 ? undefined : { ...signs, troubles: signs.troubles.slice(0, -1) }),
  });
  const write = (end: Pick<VitalSigns, 'stoppedAt'> = {}) => {
    const seen = Object.assign({}, ...looks.map((look) => look())) as ReturnType<Look>;
    page.write({ ...self, ...seen, at: now().toISOString(), troubles: [...troubles.values()], ...end });
  };
  write();
  const timer = setInterval(() => write(), everyMilliseconds);
  timer.unref();
  return {
    tell: (fact, of, why) => {
      const key = `${fact} ${of}`;
      const since = troubles.get(key)?.since ?? now().toISOString();
      if (why === undefined) troubles.delete(key);
      else troubles.set(key, { fact, of, why: why.slice(0, whyMax), since });
    },
    watch: (look) => void looks.push(look),
    close: () => {
      clearInterval(timer);
      write({ stoppedAt: now().toISOString() });
      page.close();
    },
  };
}

function parseSigns(value: unknown): SeenSigns | undefined {
  const { startTicks, pid, at, role, troubles, ...rest } = value as VitalSigns;
  if (!Array.isArray(troubles) || Number.isNaN(Date.parse(at))) return undefined;
  return { startTicks, pid, at, role, troubles, ...rest, isThere: startTicksOf(pid) === startTicks };
}

/** Of every worker that has run on this machine and that no later one stands in for. */
export function readVitals(state: string): SeenSigns[] {
  let names: string[];
  try {
    names = readdirSync(folderIn(state));
  } catch {
    return [];
  }
  return names
    .filter((name) => name.endsWith('.json'))
    .sort()
    .flatMap((name) => readPage(join(folderIn(state), name), parseSigns) ?? []);
}
