import type { StandingStop } from '../../domain/controls/stop.js';
import { stopWords } from '../../domain/controls/stop.js';
import { lookAside } from './look.js';
import { readStop, stopFilesOf } from './stop-mark.js';
import { watchSwitch } from './watch-switch.js';

type Paths = Parameters<typeof stopFilesOf>[0];

/** The stop as the reason for not starting something; undefined where nothing stops. */
export async function stopReason(paths: Paths): Promise<string | undefined> {
  const stop = await readStop(stopFilesOf(paths));
  return stop === undefined ? undefined : stopWords(stop);
}

/** For programs that people wait for, which would not end while a look of theirs hangs. */
export async function readStopAside(paths: Paths): Promise<StandingStop | undefined> {
  const files = stopFilesOf(paths);
  await lookAside(files.file);
  return readStop(files);
}

/** Between two looks where the kernel tells of every change at the switch: then a look finds what it may have lost, and a mark without a switch. */
const toldMilliseconds = 1_400;

/** For callers that must not wait, such as a tick. */
export interface StopView {
  /** What the last look found. Each call begins the next one, but while all is quiet and the kernel would have told. */
  standing(): StandingStop | undefined;
  /** Whether the kernel tells. */
  readonly isTold: boolean;
  close(): void;
}

export function createStopView(paths: Paths, monotonic: () => number = () => performance.now()): StopView {
  const files = stopFilesOf(paths);
  let last: StandingStop | undefined;
  let isLooking = false;
  let lookedAt = -Infinity;
  const told = watchSwitch(files.file, () => (lookedAt = -Infinity));
  const look = async () => {
    isLooking = true;
    lookedAt = monotonic();
    last = await readStop(files);
    isLooking = false;
  };
  return {
    standing: () => {
      const isQuiet = told.isTold && last === undefined && monotonic() - lookedAt < toldMilliseconds;
      if (!isLooking && !isQuiet) void look();
      return last;
    },
    get isTold() {
      return told.isTold;
    },
    close: () => told.close(),
  };
}
