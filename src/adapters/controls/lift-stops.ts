import type { StandingStop } from '../../domain/controls/stop.js';
import type { Obeyed } from '../../domain/controls/standing-orders.js';
import type { StopFiles } from './stop-mark.js';
import { clearStop, noticeStop, readStop } from './stop-mark.js';

/** The stop that stands on the disk, with a name: whoever sees it first gives it one. Without, where the disk takes none. */
export async function namedStop(files: StopFiles, by: string): Promise<StandingStop | undefined> {
  const stop = await readStop(files);
  if (stop === undefined || stop.id !== undefined) return stop;
  return noticeStop(files, { by, reason: '' }).catch(() => stop);
}

/** Takes away the stop that stands where it is one of these, and no other. */
export async function liftStops(files: StopFiles, ids: readonly string[]): Promise<Pick<Obeyed, 'cleared' | 'problem'>> {
  const id = (await readStop(files))?.id;
  if (id === undefined || !ids.includes(id)) return { cleared: [] };
  const cleared = await clearStop(files, id);
  if (cleared.state === 'kept') return { cleared: [], problem: `${cleared.why}: ${cleared.next}` };
  return { cleared: cleared.state === 'cleared' ? [id] : [] };
}
