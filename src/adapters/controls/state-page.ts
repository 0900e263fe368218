import { join } from 'node:path';
import type { PublishedControls } from '../../domain/controls/published.js';
import { ordersNow, parsePublished } from '../../domain/controls/published.js';
import { openPage, readPage } from '../files/page.js';

/** Four pages of memory: what is written fits many times. */
const bytes = 16_384;

/** Without its past it still says all that others go by. */
const shorten = (published: PublishedControls): PublishedControls | undefined =>
  published.past.limit.length === 0
    ? undefined
    : { ...published, past: { ...published.past, limit: [], running: [], waiting: [], stall: [], memory: [] } };

/** Where it lies among the controls' files. */
export const statePageIn = (controls: string): string => join(controls, 'state.json');

/** What the controls of this host say at this moment; undefined where nobody of ours says anything. */
export const readPublished = (file: string): PublishedControls | undefined => readPage(file, parsePublished);

export function openStatePage(file: string): {
  read(): PublishedControls | undefined;
  write(published: PublishedControls): void;
  close(): void;
} {
  const page = openPage<PublishedControls>(file, { bytes, mode: 0o644, shorten });
  return {
    read: () => readPublished(file),
    write: (published) => page.write(published),
    close: () => page.close(),
  };
}

/** Milliseconds of the clock of the host that nobody sets: the same in all its processes, from zero at each boot. */
export const hostMilliseconds = (): number => Number(process.hrtime.bigint() / 1_000n) / 1_000;

/** Whether the relief valve of this host is at its last stage (spec G3); what nobody keeps up to date counts as it was. */
export const isThinkingSuspended = (controls: string): boolean =>
  ordersNow(readPublished(statePageIn(controls)), hostMilliseconds()).thinkingSuspended;
