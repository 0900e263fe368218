import type { Restoring } from '../../activities/brain/dependencies.js';
import { backupPlaces } from '../../adapters/backup/places.js';
import { forgetRestored, isRestorePending, readRestored } from '../../adapters/backup/restored-word.js';
import { verifyTrail } from '../../adapters/audit/verify/verify-trail.js';
import type { KeptTrail } from '../../adapters/audit/write/create-audit-trail.js';
import type { JanusConfig } from '../../config/config.js';
import { logFilesOf } from '../../config/config.js';
import { JanusError } from '../../domain/errors.js';
import { logNames } from '../../domain/trail/logs.js';

/** Up to where each log holds what it says, before anybody goes on from there. */
async function verified({ paths }: JanusConfig, files: ReturnType<typeof logFilesOf>) {
  const verdicts = await verifyTrail({ files, headsFolder: paths.heads, logs: logNames, full: false });
  const broken = verdicts.find(({ state }) => state === 'broken');
  if (broken !== undefined)
    throw new JanusError('AUDIT_UNAVAILABLE', `${broken.log} that was put back is broken: ${broken.problem?.reason ?? ''}`, {
      next: 'put an older backup back: ubos backup list',
    });
  return verdicts.flatMap(({ log, vouched }) => (vouched === undefined ? [] : [{ log, to: vouched.to, leaf: vouched.leaf }]));
}

/**
 * After a restore nobody may use the trail, so nothing starts, until the order that says so has come (spec D3). A word that cannot be read is no
 * yes either. The trail as everybody gets it, and what that one order needs.
 */
export function wireRestored(config: JanusConfig, trail: KeptTrail): { readonly gated: KeptTrail; readonly restore: Restoring } {
  const places = backupPlaces(config.paths.state);
  const assertOpen = () => {
    if (!isRestorePending(places)) return;
    const takenAt = readRestored(places)?.takenAt ?? 'an unknown moment';
    throw new JanusError(
      'AUDIT_UNAVAILABLE',
      `the backup of ${takenAt} was put back: nothing runs until somebody says that it goes on from there`,
      {
        next: 'ubos audit acknowledge-restore',
      },
    );
  };
  /** Rejects, and never throws: whoever waits for the trail waits for a promise. */
  const once = async <T>(use: () => Promise<T>): Promise<T> => {
    assertOpen();
    return use();
  };
  return {
    gated: {
      append: (log, ...entries) => once(() => trail.append(log, ...entries)),
      decide: (log, decide) => once(() => trail.decide(log, decide)),
      find: (log, id) => once(() => trail.find(log, id)),
      rotate: (log, limits) => once(() => trail.rotate(log, limits)),
      prune: (log, before) => once(() => trail.prune(log, before)),
      close: () => trail.close(),
    },
    restore: {
      pending: () => readRestored(places),
      trail,
      verified: () => verified(config, logFilesOf(config)),
      acknowledged: () => forgetRestored(places),
    },
  };
}
