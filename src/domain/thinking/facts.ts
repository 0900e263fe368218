import type { Fact, ThinkingContext } from '../model/context.js';
import { contextBytesMax, sealContext } from '../model/context.js';
import type { Sha256 } from '../text/canonical.js';
import { shorten, visible } from '../text/visible.js';
import type { Metrics } from './metrics.js';

/** What was measured, and what could not be: a fact that is missing says nothing. */
export const metricFacts = (metrics: Metrics): Fact[] =>
  Object.entries(metrics).flatMap(([name, value]) =>
    value === null ? [] : [{ id: `m:${name}`, text: `${name} is ${value}`, value, trust: 'own' as const, source: 'metric' }],
  );

/** Room for what a context says beside its facts. */
const missionBytes = 16_384;
const textMax = 300;

/** With the comma behind it. */
const bytesOf = (value: unknown) => new TextEncoder().encode(JSON.stringify(value)).length + 1;

/** As many facts as a context holds, the first ones first; each one line that no terminal and no prompt obeys. */
export function boundFacts(facts: readonly Fact[]): Fact[] {
  const kept: Fact[] = [];
  let room = contextBytesMax - missionBytes;
  for (const fact of facts) {
    const line = { ...fact, text: shorten(visible(fact.text), textMax) };
    room -= bytesOf(line);
    if (room < 0) break;
    kept.push(line);
  }
  return kept;
}

/** The context of one cycle. Of missions, as many as there is room for. */
export function contextOf(sha256: Sha256, content: Omit<ThinkingContext, 'digest'>): ThinkingContext {
  let room = missionBytes - 1_024;
  const missions = content.missions.filter((mission) => (room -= bytesOf(mission)) >= 0);
  return sealContext(sha256, { ...content, missions, facts: boundFacts(content.facts) });
}
