import type { JanusConfig } from '../../../config/config.js';
import type { HostOrders, PublishedControls } from '../../../domain/controls/published.js';
import { isFresh, ordersNow } from '../../../domain/controls/published.js';

/** The controls of this host at one moment. */
export interface SeenControls {
  readonly config: JanusConfig;
  /** What the worker that drives them said last; undefined where none ever has. */
  readonly published: PublishedControls | undefined;
  /** Said just now, by a worker that still says it. */
  readonly isDriven: boolean;
  /** What actions have to heed: where nobody drives them, the least. */
  readonly orders: HostOrders;
}

/** From this host's own files: also while no server can be reached. */
export async function lookAtControls(config: JanusConfig): Promise<SeenControls> {
  const { hostMilliseconds, readPublished, statePageIn } = await import('../../../adapters/controls/state-page.js');
  const published = readPublished(statePageIn(config.paths.controls));
  const now = hostMilliseconds();
  return { config, published, isDriven: published !== undefined && isFresh(published, now), orders: ordersNow(published, now) };
}
