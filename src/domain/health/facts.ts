import { guardHint, restartHint, startHint, unitOfQueue } from '../units.js';
import { judgeBackups } from './backups.js';
import { judgeCockpit } from './cockpit.js';
import type { Judged } from './judged.js';
import { bad, well } from './judged.js';
import { judgeMetrics } from './metrics.js';
import { judgeRestarts } from './restarts.js';
import type { HealthReadings, PolledQueue, RulingFile } from './readings.js';
import { judgeHook, judgeNotifier } from './telling.js';
import { alive, judgeTroubles } from './troubles.js';
import type { SeenSigns } from './vital-signs.js';
import { covers, vitalState } from './vital-signs.js';

export interface HealthFact {
  /** Stable: `--json` and metrics name it. */
  readonly id: string;
  readonly means: string;
  /** Where it does not hold, for the page of operators. */
  readonly remedy: string;
  /** Nothing where there is nothing to tell it by. */
  readonly judge: (readings: HealthReadings) => readonly Judged[];
}

const named = ({ role, pid }: SeenSigns) => `worker ${role} (pid ${pid})`;
const unitsOf = ({ role }: SeenSigns) => (role === 'all' ? (['brain', 'hands'] as const) : [role]);
const restart = (signs: SeenSigns) => restartHint(...unitsOf(signs));

/** A process that stands still is one whoever else lives; one that is gone counts where nobody stands in for it. */
function judgeWorkers(readings: HealthReadings): Judged[] {
  const { vitals, now } = readings;
  const ago = (iso: string) => `${Math.round((now - Date.parse(iso)) / 1_000)} s ago`;
  const living = alive(readings);
  const still = vitals.filter((signs) => vitalState(signs, now) === 'still');
  const replaced = (signs: SeenSigns) => unitsOf(signs).every((part) => [...living, ...still].some((other) => covers(other, part)));
  return [
    ...living.map((signs) => well(`${named(signs)} runs since ${signs.startedAt}`)),
    ...still.map((signs) =>
      bad(`${named(signs)} stands still: it last moved ${ago(signs.at)}`, `ps -o stat,wchan ${signs.pid} · ${restart(signs)}`),
    ),
    ...vitals.flatMap((signs) => {
      const state = vitalState(signs, now);
      if ((state !== 'dead' && state !== 'stopped') || replaced(signs)) return [];
      const how = state === 'dead' ? `is gone since ${signs.at}, and did not end in order` : `was stopped at ${signs.stoppedAt}`;
      return [bad(`${named(signs)} ${how}`, startHint(...unitsOf(signs)))];
    }),
  ];
}

function judgeServer({ polled }: HealthReadings): Judged[] {
  return Object.entries(polled ?? {}).map(([queue, isPolled]) =>
    isPolled ? well(`${queue}: polled by a worker`) : bad(`${queue}: nobody polls`, startHint(unitOfQueue(queue as PolledQueue))),
  );
}

function judgeConfiguration(readings: HealthReadings): Judged[] {
  const { agentFile, policyVersion, problems, keepsTo } = readings.configuration;
  const others = alive(readings).filter((signs) => signs.policyVersion !== policyVersion);
  return [
    ...problems.map((problem) => bad(problem, 'ubos config validate')),
    ...others.map((signs) =>
      bad(
        `${named(signs)} holds policy version ${signs.policyVersion}; ${agentFile} and its policy.json are ${policyVersion}`,
        restart(signs),
      ),
    ),
    ...(others.length > 0 ? [] : [well(`${agentFile}, policy version ${policyVersion}`)]),
    ...(keepsTo === undefined
      ? []
      : [
          well(
            `what they say is looser than the adopted policy, and waits: the vessel keeps to ${keepsTo.slice(0, 12)} (ubos policy show)`,
          ),
        ]),
  ];
}

/** The group of a user's own name holds nobody else; the sticky bit keeps what lies in a folder from others. */
function mayBeWritten({ mode, uid, gid, isFolder }: RulingFile): string | undefined {
  if (isFolder && (mode & 0o1000) !== 0) return undefined;
  if ((mode & 0o002) !== 0) return 'everybody';
  return (mode & 0o020) !== 0 && gid !== uid ? `the group ${gid}` : undefined;
}

function judgeRuling({ configuration: { ruling } }: HealthReadings): Judged[] {
  const open = ruling.flatMap((each) => {
    const who = mayBeWritten(each);
    return who === undefined
      ? []
      : [bad(`${each.file} may be written by ${who}: whoever does rules this vessel`, `chmod go-w ${each.file}`)];
  });
  return open.length > 0 ? open : [well('nobody else may write the configuration')];
}

function judgeSigners(readings: HealthReadings): Judged[] {
  const { file, isThere, wasThere, isOff } = readings.signers;
  if (isOff || isThere) return [];
  const held = alive(readings).some(({ hasSigners }) => hasSigners);
  if (!held && !wasThere) return [];
  return [
    bad(`${file} is gone: who may approve?`, 'put it back; to go on unsigned knowingly: approvals: { signature: off } in agent.yaml'),
  ];
}

/** Time to find a beat after a start: a heartbeat of a killed worker is missed after 15 s. */
const startSeconds = 30;

function judgeEscapement(readings: HealthReadings): Judged[] {
  const { now, tickSeconds } = readings;
  const allowed = Math.max(10, 10 * tickSeconds) * 1_000;
  return alive(readings)
    .filter((signs) => covers(signs, 'hands'))
    .map((signs) => {
      const { lastTickAt, startedAt } = signs;
      if (lastTickAt === undefined) {
        const still = `the escapement of ${named(signs)} has not ticked since its start at ${startedAt}`;
        return now - Date.parse(startedAt) < startSeconds * 1_000 ? well('the escapement is about to begin') : bad(still, restart(signs));
      }
      return now - Date.parse(lastTickAt) < allowed
        ? well(`last tick ${lastTickAt}`)
        : bad(`the escapement of ${named(signs)} stands still since ${lastTickAt}`, restart(signs));
    });
}

/** Asked for where hands run: elsewhere there is nothing for it to end. */
function judgeGuard(readings: HealthReadings): Judged[] {
  const { guard } = readings;
  if (guard?.state === 'alive') return [well(`pid ${guard.pid} watches`)];
  if (!alive(readings).some((signs) => covers(signs, 'hands'))) return [];
  const how = guard?.state === 'still' ? `the guard (pid ${guard.pid}) stands still` : 'no guard runs';
  return [bad(`${how}: under an emergency stop a worker that hangs ends nothing`, guardHint)];
}

/** All that healthy means, in one place (spec O3): `ubos status`, `ubos doctor` and metrics go by it. */
export const healthFacts: readonly HealthFact[] = [
  {
    id: 'worker',
    means: 'The workers of this machine run, and have moved within the last 10 s.',
    remedy: 'Start what is missing; of one that stands still, see what it waits for, then restart it.',
    judge: judgeWorkers,
  },
  {
    id: 'restarts',
    means: 'No unit of this machine was started again by itself three times within ten minutes.',
    remedy: 'Its journal says why it ended: mend that, then restart it. The notifier tells people, once an hour.',
    judge: judgeRestarts,
  },
  { id: 'temporal', means: 'Somebody polls the queues, says the server.', remedy: 'Start what is missing.', judge: judgeServer },
  {
    id: 'emergency_stop',
    means: 'Nothing is stopped.',
    remedy: 'When all is well again, lift it by its name. [Stops](stops.md)',
    judge: ({ emergencyStop: stop }) => (stop === undefined ? [well('not set')] : [bad(`${stop.found}: nothing starts`, stop.next)]),
  },
  {
    id: 'guard',
    means: 'Where hands run, the guard does: under an emergency stop it ends what runs, also while workers hang.',
    remedy: 'Start it; it works at once, for the workers that run already. [Stops](stops.md) says what it does.',
    judge: judgeGuard,
  },
  {
    id: 'configuration',
    means: 'What lies on the disk is sound, and the same as what the workers hold.',
    remedy: '`ubos config validate`, then restart the workers.',
    judge: judgeConfiguration,
  },
  {
    id: 'permissions',
    means: 'Nobody but its owner may write configuration, keys, the notification script, or a folder of theirs.',
    remedy: '`chmod go-w`, and look at what was written.',
    judge: judgeRuling,
  },
  {
    id: 'keys',
    means: "A list of the approvers' keys that was there is there.",
    remedy: 'Put it back from a backup: until then no signed word counts.',
    judge: judgeSigners,
  },
  {
    id: 'trail',
    means: 'Every log of the audit trail takes records.',
    remedy: 'See what its folder lacks: room, rights, the disk. Nothing starts until it takes records again; then all goes on by itself.',
    judge: judgeTroubles(
      'trail',
      ({ of, why }) => `${of} takes no records, so nothing starts: ${why}`,
      (file) => `df -h ${file} · ls -ld ${file}`,
    ),
  },
  {
    id: 'backups',
    means: 'Where backups are configured the newest is of last night, and none was put back that waits for a yes.',
    remedy: 'The line says what is missing. [Backups](backup.md)',
    judge: judgeBackups,
  },
  {
    id: 'cockpit',
    means: 'Where there is a key for it, the cockpit has a copy of the trail that is no older than three hours.',
    remedy: 'The line says what keeps it from there. [Backups](backup.md#a-copy-of-the-trail-on-the-cockpit)',
    judge: judgeCockpit,
  },
  {
    id: 'hooks',
    means: 'The notification script can run, and its last run ended well; the comms hub took the last report, where one is named.',
    remedy: '`ubos notify test` calls both and says how that ended. [Notifications](notifications.md)',
    judge: judgeHook,
  },
  {
    id: 'notifier',
    means: 'It runs and follows the trail: what happened stands in the approval queue, and people are told.',
    remedy: 'Start it, or see `notifier` in `agent.log`; it tries again every second, and tells what it missed.',
    judge: judgeNotifier,
  },
  {
    id: 'workspaces',
    means: 'Hands can write the folders of the workspaces and of the ledger.',
    remedy: 'Mount them writable; actions are refused until then.',
    judge: judgeTroubles(
      'workspaces',
      ({ of, why }) => `${of} cannot be written, so no action runs: ${why}`,
      (folder) => `findmnt --target ${folder} · ls -ld ${folder}`,
    ),
  },
  {
    id: 'escapement',
    means: 'It has ticked within the last 10 s, or ten of its intervals.',
    remedy: 'Restart the hands; see whether the Schedule `<vessel>-escapement-<host>` is paused.',
    judge: judgeEscapement,
  },
  {
    id: 'metrics',
    means: 'Where they are on, every worker serves its metrics at its port.',
    remedy:
      'See who has the port; name another as `monitoring.prometheus_port`, or free it; then restart the worker. [Monitoring](monitoring.md)',
    judge: judgeMetrics,
  },
];

export interface HealthFinding extends Judged {
  readonly id: string;
}

export const judgeHealth = (readings: HealthReadings): readonly HealthFinding[] =>
  healthFacts.flatMap(({ id, judge }) => judge(readings).map((judged) => ({ id, ...judged })));
