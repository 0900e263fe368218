import { lookAtBackups } from '../adapters/backup/look-at-backups.js';
import { isKeyOpen, readSending } from '../adapters/cockpit/outcome.js';
import { readGuard } from '../adapters/controls/guard-page.js';
import { readStopAside } from '../adapters/controls/stop-reason.js';
import { lookAtRulingFiles } from '../adapters/host/ruling-files.js';
import { readVitals } from '../adapters/host/vital-signs.js';
import { lookAtHook } from '../adapters/notify/hook.js';
import { readRestarts } from '../adapters/systemd/restarts.js';
import { readAdopted } from '../adapters/policies/kept-policies.js';
import { wereSignersKept } from '../adapters/signatures/signers-kept.js';
import type { JanusConfig } from '../config/config.js';
import { registryProblems } from '../config/registries.js';
import { describeProblem } from '../config/yaml/problem.js';
import type { HealthReadings } from '../domain/health/readings.js';
import { fileWords } from '../domain/text/errno-words.js';

/** Of the files that are read anew each time: playbooks and missions. What cannot be read is a problem as well. */
function problemsOf(config: JanusConfig): string[] {
  try {
    return registryProblems(config).map(describeProblem);
  } catch (error) {
    return [fileWords(error)];
  }
}

/** Where there is no key for it, nothing is sent. */
function lookAtCockpit({ cockpit: { enabled, keyFile }, paths }: JanusConfig): HealthReadings['cockpit'] {
  const isOpen = enabled ? isKeyOpen(keyFile) : undefined;
  return isOpen === undefined ? undefined : { keyFile, isKeyOpen: isOpen, last: readSending(paths.state) };
}

/** What whoever asks knows beside what this machine shows. */
export interface Asked extends Pick<HealthReadings, 'polled'> {
  readonly now: Date;
  /** By the trail: whoever removed file and mark by hand has ended nothing. */
  readonly stopOnRecord: () => HealthReadings['emergencyStop'] | Promise<HealthReadings['emergencyStop']>;
}

/** Everything that health is judged by (spec O3), the same for `ubos status`, `ubos doctor` and metrics: what this machine shows, and what is asked. */
export async function takeReadings(config: JanusConfig, { polled, now, stopOnRecord }: Asked): Promise<HealthReadings> {
  const { agentFile, paths, policyVersion, approvals, approval, harness, backup } = config;
  const adopted = await readAdopted(paths.adoptedPolicies);
  const { notificationScript: script } = approval;
  const ruling = [agentFile, paths.policy, paths.playbooks, paths.missionObjectives, paths.allowedSigners, paths.revokedSigners];
  return {
    now: now.getTime(),
    vitals: readVitals(paths.state),
    restarts: readRestarts(),
    polled,
    configuration: {
      agentFile,
      policyVersion,
      problems: problemsOf(config),
      keepsTo: adopted === undefined || adopted.held === null ? undefined : adopted.policy,
      ruling: lookAtRulingFiles(script === undefined ? ruling : [...ruling, script]),
    },
    signers: {
      file: paths.allowedSigners,
      isThere: approvals.allowedSigners !== undefined,
      wasThere: wereSignersKept(paths.keys),
      isOff: approvals.signature === 'off',
    },
    hook: script === undefined ? undefined : lookAtHook(script),
    tickSeconds: harness.tickIntervalSeconds,
    guard: readGuard(paths.controls, now.getTime()),
    emergencyStop: (await readStopAside(paths)) ?? (await stopOnRecord()),
    backup: { enabled: backup.enabled, ...lookAtBackups(paths.state) },
    cockpit: lookAtCockpit(config),
  };
}
