import { closeSync, constants, fstatSync, openSync, readdirSync, readFileSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolders } from '../files/make-folders.js';
import { startTicksOf } from '../files/start-ticks.js';
import type { SeenSigns, Trouble, VitalSigns } from '../../domain/health/vital-signs.js';
import { covers, vitalMilliseconds, vitalState } from '../../domain/health/vital-signs.js';

/** One page: written over itself, it needs no room on a disk that has become full. */
const bytes = 4_096;
const whyMax = 160;

const folderIn = (state: string) => join(state, 'vitals');

export type Look = () => { readonly lastTickAt?: string | undefined };

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

/** As text of exactly one page; what does not fit is left out, the latest first. */
function paged(signs: VitalSigns): Buffer {
  const text = `${JSON.stringify(signs)}\n`;
  const spare = bytes - Buffer.byteLength(text);
  return spare >= 0 ? Buffer.from(' '.repeat(spare) + text) : paged({ ...signs, troubles: signs.troubles.slice(0, -1) });
}

interface Page {
  write(signs: VitalSigns): void;
  close(): void;
}

/** Nothing is synced: what it says is of this moment, and after a power cut no worker lives. Never throws: a page that gets old says enough. */
function openPage(file: string): Page {
  let descriptor: number | undefined;
  const close = () => {
    if (descriptor !== undefined) closeSync(descriptor);
    descriptor = undefined;
  };
  return {
    write: (signs) => {
      try {
        if (descriptor !== undefined && fstatSync(descriptor).nlink === 0) close();
        // Not truncated: whoever reads it meanwhile would find nothing.
        descriptor ??= openSync(file, constants.O_RDWR | constants.O_CREAT, 0o644);
        writeSync(descriptor, paged(signs), 0, bytes, 0);
      } catch {
        close();
      }
    },
    close,
  };
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
  const page = openPage(fileOf(state, self));
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

/** What nobody of ours wrote says nothing; what was being written is read again. */
function readPage(file: string, triesLeft = 3): SeenSigns | undefined {
  try {
    const { startTicks, pid, at, role, troubles, ...rest } = JSON.parse(readFileSync(file, 'utf8')) as VitalSigns;
    if (!Array.isArray(troubles) || Number.isNaN(Date.parse(at))) return undefined;
    return { startTicks, pid, at, role, troubles, ...rest, isThere: startTicksOf(pid) === startTicks };
  } catch {
    return triesLeft > 0 ? readPage(file, triesLeft - 1) : undefined;
  }
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
    .flatMap((name) => readPage(join(folderIn(state), name)) ?? []);
}
