import type { Breach } from '../../domain/controls/breach.js';
import { breachWords } from '../../domain/controls/breach.js';
import { hasCode } from '../../domain/errors.js';
import { trailEvent } from '../../domain/trail/events.js';
import { shorten } from '../../domain/text/visible.js';
import type { BrainDependencies } from './dependencies.js';

const isKnown = async ({ trail }: BrainDependencies, id: string): Promise<boolean> => {
  try {
    return (await trail.find('mission_log', id)) !== undefined;
  } catch (error) {
    // Its chain may be what is broken: that must not keep anything from following.
    if (hasCode(error, 'AUDIT_UNAVAILABLE')) return false;
    throw error;
  }
};

/**
 * What is configured follows a breach, once (spec K4): evidence is set aside, the vessel is stopped or paused, and then it is on record, which tells
 * people. In this order, so that a process that dies in between does it again.
 */
export async function answerBreach(deps: BrainDependencies, breach: Breach): Promise<void> {
  const { action, setAside, pullStop } = deps.violations;
  const id = `violation-${deps.sha256(`${breach.kind} ${breach.at}`).slice(0, 12)}`;
  if (await isKnown(deps, id)) return;
  const words = breachWords(breach);
  const evidence = await setAside(id, words);
  const pause = action === 'pause' ? id.replace('violation-', 'pause-') : undefined;
  const stop = action === 'immediate_stop' ? await pullStop(words) : undefined;
  if (pause !== undefined)
    await deps.trail.append('mission_log', {
      id: pause,
      eventType: trailEvent.vesselPaused,
      summary: shorten(`nothing starts until somebody resumes: ${words}`, 400),
      data: { pause, reason: words, proposals: [], within_seconds: 0 },
    });
  await deps.trail.append('mission_log', {
    id,
    eventType: trailEvent.constitutionalViolation,
    summary: shorten(`${words}; ${action} follows, evidence in ${evidence}`, 400),
    data: { ...breach, action, evidence, ...(stop !== undefined && { stop }), ...(pause !== undefined && { pause }) },
  });
}
