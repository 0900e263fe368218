import { notifierHint, notifyTestHint } from '../units.js';
import type { Judged } from './judged.js';
import { bad, well } from './judged.js';
import type { HealthReadings } from './readings.js';
import { alive, judgeTroubles } from './troubles.js';

const judgeFailures = judgeTroubles(
  'hooks',
  ({ of, why }) => `${of} failed: ${why}`,
  () => notifyTestHint,
);

export function judgeHook(readings: HealthReadings): Judged[] {
  const { hook } = readings;
  const failures = judgeFailures(readings);
  if (hook?.state === 'broken')
    return [bad(`${hook.script} cannot run, so it tells nobody anything: ${hook.why}`, `ls -l ${hook.script}`), ...failures];
  if (failures.length > 0 || hook === undefined) return failures;
  const { script, state } = hook;
  return [well(state === 'ready' ? `${script} tells people` : `${script} is not installed: nobody is told by a script`)];
}

const judgeFollowing = judgeTroubles(
  'notifier',
  ({ of, why }) => `nobody is told what happens: ${of}: ${why}`,
  (file) => `df -h ${file} · ls -ld ${file}`,
);

/** Asked for where a brain runs that leaves it to another process; of one that ran and is gone the fact `worker` says so. */
export function judgeNotifier(readings: HealthReadings): Judged[] {
  const isLeft = alive(readings).some(({ role }) => role === 'brain') && !readings.vitals.some(({ role }) => role === 'notifier');
  const missing = isLeft ? [bad('no notifier runs: nobody is told what happens', notifierHint)] : [];
  return [...missing, ...judgeFollowing(readings)];
}
