import { sha256 } from '../../adapters/files/sha256.js';
import type { JanusConfig } from '../../config/config.js';
import { createOracleCalls } from '../../domain/oracles/calls.js';
import { createAdopted } from '../../domain/policy/adopted.js';
import { createPolicyReview } from '../../domain/policy/review.js';
import { createHistory } from '../../domain/thinking/history.js';
import { createReached } from '../../domain/thinking/missions.js';
import { createModelCalls } from '../../domain/thinking/model-calls.js';
import { createStreaks } from '../../domain/thinking/streaks.js';
import { createAttempts } from '../../domain/trail/attempts.js';
import { createNovelty } from '../../domain/trail/novelty.js';
import { createPause } from '../../domain/trail/pause.js';
import type { Fed } from '../../domain/trail/projection.js';
import { createRates } from '../../domain/trail/rates.js';
import { createRecent } from '../../domain/trail/recent.js';
import { createSpoken } from '../../domain/trail/spoken.js';
import { createStanding } from '../../domain/trail/standing.js';
import { wireMode } from './mode.js';

/** Everything that the brain knows because of its trail, and what the trail has to feed for it. */
export function wireKnown(config: JanusConfig, counting?: () => Fed) {
  const known = {
    novelty: createNovelty(),
    recent: createRecent(),
    spoken: createSpoken(),
    standing: createStanding(),
    attempts: createAttempts(),
    adopted: createAdopted(),
    review: createPolicyReview(),
    streaks: createStreaks(),
    history: createHistory(),
    calls: createModelCalls(),
    oracles: createOracleCalls(),
    reached: createReached(),
    rates: createRates(config.controls.rateLimits),
    pause: createPause(sha256, config.controls.pauseAfterFailures),
  };
  const { mode, projections } = wireMode(config);
  const counted = () => (counting === undefined ? [] : [counting()]);
  const { novelty, recent, spoken, rates, pause, history, standing, attempts, adopted, review, streaks, calls, oracles, reached } = known;
  return {
    known,
    mode,
    projections: {
      proposals: [novelty, recent, spoken, rates, pause, history, projections.proposals, ...counted()],
      tool_use: counted(),
      mission_log: [standing, attempts, adopted, review, streaks, calls, oracles, reached, projections.mission_log, ...counted()],
    },
  };
}
