import type { Context } from '../../command.js';
import type { Found } from './finding.js';

/** The charter's; more is for trials. */
const failuresMax = 3;

/** How long failing actions may go on. */
function pause(failures: number): Found[] {
  if (failures <= failuresMax) return [];
  const detail = `the vessel pauses only after ${failures} failed actions in ten minutes; the charter allows ${failuresMax}: for trials`;
  return [{ ok: true, detail, next: `set controls.pause_after_failures to ${failuresMax}` }];
}

/** What the controls can read on this host, and whether somebody drives them. What is missing is replaced, and no error. */
export async function examineControls(context: Context): Promise<Found[]> {
  const { paths, controls } = await context.config();
  const { missingReadings } = await import('../../../adapters/host/readings/host-readings.js');
  const { hostMilliseconds, readPublished, statePageIn } = await import('../../../adapters/controls/state-page.js');
  const { isFresh } = await import('../../../domain/controls/published.js');
  const missing = missingReadings().map(({ what, instead }) => ({ ok: true, detail: `${what} is not there; instead: ${instead}` }));
  const published = readPublished(statePageIn(paths.controls));
  const driven =
    published === undefined
      ? 'no worker has driven the controls of this host yet'
      : isFresh(published, hostMilliseconds())
        ? `driven by pid ${published.pid}: limit ${published.orders.concurrency} of ${published.concurrencyMax}, ${published.orders.stage}`
        : `nobody drives them since ${published.at}`;
  return [{ ok: true, detail: driven }, ...missing, ...pause(controls.pauseAfterFailures)];
}
