import type { OutageObserver } from '../../adapters/audit/write/watch-outage.js';
import { unwritable } from '../../adapters/host/unwritable.js';
import type { Vitals } from '../../adapters/host/vital-signs.js';
import { keepVitals } from '../../adapters/host/vital-signs.js';
import type { JanusConfig } from '../../config/config.js';
import { logFilesOf } from '../../config/config.js';
import type { VitalRole } from '../../domain/health/vital-signs.js';

export const wireVitals = (role: VitalRole, { paths, policyVersion, approvals }: JanusConfig): Vitals =>
  keepVitals({ state: paths.state, role, policyVersion, hasSigners: approvals.allowedSigners !== undefined });

/** What is alerted stands in the vital signs as well, until it is over. */
export function alsoVital(vitals: Vitals, config: JanusConfig, observer: OutageObserver): OutageObserver {
  const files = logFilesOf(config);
  return {
    unavailable: (log, why) => {
      vitals.tell('trail', files[log], why);
      observer.unavailable(log, why);
    },
    recovered: (log, milliseconds) => {
      vitals.tell('trail', files[log]);
      observer.recovered(log, milliseconds);
    },
  };
}

/** Of the hands: what they must be able to write, and when the escapement last ticked. */
export function watchHands(vitals: Vitals, { paths }: JanusConfig, lastTickAt: () => string | undefined): void {
  vitals.watch(() => {
    for (const folder of [paths.workspaces, paths.ledger]) vitals.tell('workspaces', folder, unwritable(folder));
    return { lastTickAt: lastTickAt() };
  });
}
