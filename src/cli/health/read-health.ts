import type { Health } from '../../client/health.js';
import type { JanusConfig } from '../../config/config.js';
import type { HealthFinding } from '../../domain/health/facts.js';
import { judgeHealth } from '../../domain/health/facts.js';
import type { HealthReadings } from '../../domain/health/readings.js';
import { fileWords } from '../../domain/text/errno-words.js';
import type { Context } from '../command.js';

/** Of the files that are read anew each time: playbooks and missions. What cannot be read is a problem as well. */
async function registryProblems(config: JanusConfig): Promise<string[]> {
  const [registries, { describeProblem }] = await Promise.all([
    import('../../config/registries.js'),
    import('../../config/yaml/problem.js'),
  ]);
  try {
    return registries.registryProblems(config).map(describeProblem);
  } catch (error) {
    return [fileWords(error)];
  }
}

/** Everything that health is judged by: what this machine shows, and what the server says where it was asked. */
export async function takeReadings(config: JanusConfig, polled: Health['polled'] | undefined, context: Context): Promise<HealthReadings> {
  const { agentFile, paths, policyVersion, approvals, approval, harness } = config;
  const [{ readVitals }, { lookAtRulingFiles }, { lookAtHook }, { wereSignersKept }] = await Promise.all([
    import('../../adapters/host/vital-signs.js'),
    import('../../adapters/host/ruling-files.js'),
    import('../../adapters/notify/hook.js'),
    import('../../adapters/signatures/signers-kept.js'),
  ]);
  const { readStop, stopFilesOf } = await import('../../adapters/controls/stop-mark.js');
  const { readGuard } = await import('../../adapters/controls/guard-page.js');
  const { notificationScript: script } = approval;
  const ruling = [agentFile, paths.policy, paths.playbooks, paths.missionObjectives, paths.allowedSigners, paths.revokedSigners];
  return {
    now: context.now().getTime(),
    vitals: readVitals(paths.state),
    polled,
    configuration: {
      agentFile,
      policyVersion,
      problems: await registryProblems(config),
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
    guard: readGuard(paths.controls, context.now().getTime()),
    emergencyStop: await readStop(stopFilesOf(paths)),
  };
}

/** The facts of `domain/health`, judged here and now. */
export const examineHealth = async (...of: Parameters<typeof takeReadings>): Promise<readonly HealthFinding[]> =>
  judgeHealth(await takeReadings(...of));
