import type { Judged } from './judged.js';
import { well } from './judged.js';
import type { HealthReadings } from './readings.js';
import { alive, judgeTroubles } from './troubles.js';

const portIn = (address: string) => address.slice(address.lastIndexOf(':') + 1);

/** A port that somebody else has is no reason not to work; whoever watches the metrics has to hear of it. */
const judgeUnserved = judgeTroubles(
  'metrics',
  ({ of, why }) => `nobody can read metrics at ${of}: ${why}`,
  (address) => `ss --listening --numeric --tcp --processes 'sport = :${portIn(address)}'`,
);

export function judgeMetrics(readings: HealthReadings): Judged[] {
  const failures = judgeUnserved(readings);
  const served = alive(readings).flatMap(({ metricsAt }) => metricsAt ?? []);
  return failures.length > 0 || served.length === 0 ? failures : [well(`served at ${served.join(' and ')}`)];
}
