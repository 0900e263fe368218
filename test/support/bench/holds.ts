import type { ModeDependencies } from '../../../src/activities/brain/mode/dependencies.js';
import { join } from 'node:path';
import { createAuditTrail } from '../../../src/adapters/audit/write/create-audit-trail.js';
import { trailEvent } from '../../../src/domain/trail/events.js';
import { createAttempts } from '../../../src/domain/trail/attempts.js';
import { createPause } from '../../../src/domain/trail/pause.js';
import { createRates } from '../../../src/domain/trail/rates.js';
import type { EntryOf } from '../../../src/domain/trail/records.js';
import { openPolicySide } from '../policy/policy-side.js';
import { sha256 } from '../proposals/proposals.js';
import type { Knobs } from './knobs.js';
import { openBenchMode } from './mode.js';

export const logFiles = (folder: string) => ({
  mission_log: join(folder, 'mission_log.jsonl'),
  tool_use: join(folder, 'tool_use.jsonl'),
  proposals: join(folder, 'proposals.jsonl'),
});

/** The types of action that are limited on the bench. */
const benchRates = { paced: { perMinute: 2 }, hourly: { perHour: 1 } };

/** What holds approved actions back, and the projections that the trail keeps up to date for it. */
export function openBenchHolds(
  knobs: Pick<Knobs, 'pauses' | 'policyFiles' | 'ceiling' | 'grants' | 'keys' | 'life'>,
  words: ModeDependencies['words'],
) {
  const { mode, decided, vessel } = openBenchMode(knobs, words);
  const attempts = createAttempts();
  const policySide = openPolicySide(() => knobs.policyFiles);
  const [rates, pause] = [createRates(benchRates), createPause(sha256)];
  return {
    ofProposals: [rates, pause, decided],
    ofMissions: [attempts, vessel, ...policySide.projections],
    ...{ attempts, mode, policy: policySide.dependencies },
    violations: { action: 'alert', setAside: async () => '/evidence', pullStop: async () => undefined } as const,
    holds: { rates, pause: { snapshot: () => (knobs.pauses ? pause.snapshot() : undefined) } },
  };
}

/** As it is recorded when a person ends a pause. */
export function resumed(of: string): EntryOf<'mission_log'> {
  const said = { by: 'ana', reason: 'it may go on', assurance: 'unsigned', orders: [], received_at: '2026-01-02T03:04:05.678Z' } as const;
  return { id: `order/${of}`, eventType: trailEvent.vesselResumed, summary: 'it may go on', data: { ...said, of, ends: 'pause' } };
}

/** Written by another process than the brain. */
export async function note(folder: string, entry: EntryOf<'mission_log'>): Promise<void> {
  const trail = createAuditTrail({ files: logFiles(folder), vesselName: 'Test vessel' });
  await trail.append('mission_log', entry);
  await trail.close();
}
