import type { Halted } from '../../adapters/controls/guard-page.js';
import type { StandingStop } from '../../domain/controls/stop.js';

/** What the guard sees and does; the machine's own, but in tests. */
export interface Guarding {
  /** Never rejects; what does not answer is a stop. */
  readonly readStop: () => Promise<StandingStop | undefined>;
  /** Calls whenever something happens to the switch, where the kernel tells. */
  readonly watch: (changed: () => void) => { readonly isTold: boolean; close(): void };
  /** Makes the mark of a stop that has none. */
  readonly notice: () => Promise<StandingStop>;
  /** One look over the host; the workspaces in which anything was alive, and is killed. */
  readonly end: () => Promise<readonly string[]>;
  /** The same for what outlived its worker. */
  readonly endOrphans: () => Promise<readonly string[]>;
  readonly closeEgress: () => Promise<unknown>;
  /** Keeps it for the trail. Rejects where the disk takes nothing. */
  readonly record: (happened: Happened) => Promise<void>;
  /** For people who look from outside. */
  readonly show: (halted: Halted | undefined) => void;
  readonly beat: () => void;
  readonly say: (words: string) => void;
  /** Monotonic, in milliseconds. */
  readonly monotonic: () => number;
}

export interface Happened {
  readonly event: 'stopped' | 'ended';
  readonly stop: StandingStop;
  readonly halted: Halted;
}

/** Between two looks at the switch (spec K1): two lookups of a name while all is quiet, and nothing else. */
const lookMilliseconds = 190;
/** The same where the kernel tells of every change: then a look only finds what it may have lost, and most of what a quiet guard costs are its looks. */
const toldMilliseconds = 450;
/** Between two looks over the host while something is still alive. */
const endingMilliseconds = 20;
const orphanMilliseconds = 2_000;
const beatMilliseconds = 2_000;
const retryMilliseconds = 1_000;

/** Without a signal: its listeners would cost more than the look. What came during the look counts: it may have come too late for it. */
function createPause() {
  let isWoken = false;
  let resume = () => undefined as void;
  return {
    wake: () => {
      isWoken = true;
      resume();
    },
    pause: async (milliseconds: number) => {
      if (!isWoken) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, milliseconds);
          resume = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      isWoken = false;
    },
  };
}

/** One stop, as the guard has met it so far. */
interface Halt {
  id: string | undefined;
  /** Of the wave that is being ended: what came late is a wave of its own. Nothing is ended while it drains. */
  begunAt: number;
  isDraining: boolean;
  readonly sandboxes: Set<string>;
  isQuiet: boolean;
  isEgressClosed: boolean;
  /** What has yet to be kept for the trail, behind the stop itself. */
  readonly ended: Halted[];
}

/** What has yet to be written down: in its order, and again where the disk took nothing. Nobody waits for it, no kill least of all. */
function createRecorder({ record, monotonic }: Guarding) {
  const waiting: Happened[] = [];
  let isWriting = false;
  let notBefore = 0;
  const write = async () => {
    isWriting = true;
    try {
      for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
        await record(next);
        waiting.shift();
      }
    } catch {
      notBefore = monotonic() + retryMilliseconds;
    }
    isWriting = false;
  };
  return {
    put: (happened: Happened) => void waiting.push(happened),
    flush: () => {
      if (!isWriting && waiting.length > 0 && monotonic() >= notBefore) void write();
    },
  };
}

/** Gives each stop its mark, and says once that it was seen, then what was ended. `known` was seen by the guard before this one. */
function createNotary(guarding: Guarding, put: (happened: Happened) => void, known: string | undefined) {
  let noted = known;
  let isNoticing = false;
  let notBefore = 0;
  const note = (stop: StandingStop) => {
    if (stop.id === undefined || stop.id === noted) return;
    noted = stop.id;
    put({ event: 'stopped', stop, halted: { stop: stop.id, sandboxes: 0 } });
    guarding.say(`${stop.id}: ${stop.found}${stop.reason === undefined || stop.reason === '' ? '' : ` (${stop.reason})`}`);
  };
  const notice = async (halt: Halt) => {
    isNoticing = true;
    try {
      const stop = await guarding.notice();
      halt.id = stop.id;
      note(stop);
    } catch {
      notBefore = guarding.monotonic() + retryMilliseconds;
    }
    isNoticing = false;
  };
  return (stop: StandingStop, halt: Halt) => {
    halt.id = stop.id ?? halt.id;
    note(stop);
    // The file may have come on top of a stop that only drains: the mark has to say so when the file is taken away.
    const isToldByFile = stop.isFileThere && (stop.id === undefined || stop.markedMode === 'drain');
    if (isToldByFile && !isNoticing && guarding.monotonic() >= notBefore) void notice(halt);
    if (halt.id === undefined || halt.id !== noted) return;
    for (const each of halt.ended.splice(0)) {
      const halted = { ...each, stop: halt.id };
      guarding.show(halted);
      put({ event: 'ended', stop: { ...stop, id: halt.id }, halted });
    }
  };
}

/** Ends what runs; true while anything was alive. */
async function attend(guarding: Guarding, halt: Halt): Promise<boolean> {
  const { monotonic, show } = guarding;
  const found = await guarding.end();
  if (found.length > 0 && halt.isQuiet) {
    [halt.isQuiet, halt.begunAt] = [false, monotonic()];
    halt.sandboxes.clear();
  }
  for (const workspace of found) halt.sandboxes.add(workspace);
  if (found.length > 0) return true;
  if (halt.isQuiet) return false;
  halt.isQuiet = true;
  const milliseconds = Math.round(monotonic() - halt.begunAt);
  const halted = { ...(halt.id !== undefined && { stop: halt.id }), sandboxes: halt.sandboxes.size, milliseconds };
  show(halted);
  halt.ended.push(halted);
  guarding.say(`${halt.id ?? 'a stop without a mark'}: ${halted.sandboxes} sandboxes ended in ${milliseconds} ms`);
  return false;
}

/** A stop that the guard before this one has dealt with is quiet, until something shows that it is not. */
const newHalt = ({ id }: StandingStop, known: string | undefined, now: number): Halt => {
  const isQuiet = id !== undefined && id === known;
  return { id, begunAt: now, isDraining: false, sandboxes: new Set(), isQuiet, isEgressClosed: false, ended: [] };
};

/** Whether this is another stop than the one that was met last: it was lifted, and the next came between two looks. */
const isAnother = ({ id }: StandingStop, halt: Halt) => id !== undefined && halt.id !== undefined && id !== halt.id;

/**
 * Watches until it is aborted: the switch, and what outlives its worker. While a stop stands it ends every sandbox again and again, so that a start
 * that had passed its own look dies within the time between two looks over the host. Nothing that fails here ends it.
 */
export async function keepWatch(guarding: Guarding, signal: AbortSignal, known?: string): Promise<void> {
  const { monotonic } = guarding;
  const recorder = createRecorder(guarding);
  const notarise = createNotary(guarding, recorder.put, known);
  let halt: Halt | undefined;
  const due = { orphans: 0, beat: monotonic() + beatMilliseconds };
  const { pause, wake } = createPause();
  const told = guarding.watch(wake);
  const look = async (): Promise<boolean> => {
    const stop = await guarding.readStop();
    if (stop === undefined) {
      halt = undefined;
      return false;
    }
    if (halt === undefined || isAnother(stop, halt)) halt = newHalt(stop, known, monotonic());
    notarise(stop, halt);
    halt.isDraining = stop.mode === 'drain';
    if (halt.isDraining) {
      halt.begunAt = monotonic();
      return false;
    }
    if (!halt.isEgressClosed) {
      halt.isEgressClosed = true;
      guarding.closeEgress().catch(() => undefined);
    }
    return attend(guarding, halt);
  };
  while (!signal.aborted) {
    const isEnding = await look().catch((error: unknown) => {
      guarding.say(`a look failed: ${String(error)}`);
      return false;
    });
    recorder.flush();
    if (halt?.isDraining !== false && monotonic() >= due.orphans) {
      due.orphans = monotonic() + orphanMilliseconds;
      const orphans = await guarding.endOrphans().catch((): readonly string[] => []);
      for (const workspace of orphans) guarding.say(`ended a sandbox whose worker is gone: ${workspace}`);
    }
    if (monotonic() >= due.beat) {
      due.beat = monotonic() + beatMilliseconds;
      guarding.beat();
    }
    await pause(isEnding ? endingMilliseconds : told.isTold ? toldMilliseconds : lookMilliseconds);
  }
  told.close();
}
