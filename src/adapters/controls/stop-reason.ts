import type { StandingStop } from '../../domain/controls/stop.js';
import { stopWords } from '../../domain/controls/stop.js';
import { readStop, stopFilesOf } from './stop-mark.js';

type Paths = Parameters<typeof stopFilesOf>[0];

/** The stop as the reason for not starting something; undefined where nothing stops. */
export async function stopReason(paths: Paths): Promise<string | undefined> {
  const stop = await readStop(stopFilesOf(paths));
  return stop === undefined ? undefined : stopWords(stop);
}

/** For callers that must not wait, such as a tick: what the last look found. Each call begins the next look. */
export function createStopView(paths: Paths): () => StandingStop | undefined {
  const files = stopFilesOf(paths);
  let last: StandingStop | undefined;
  let isLooking = false;
  const look = async () => {
    isLooking = true;
    last = await readStop(files);
    isLooking = false;
  };
  return () => {
    if (!isLooking) void look();
    return last;
  };
}
