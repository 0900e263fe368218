import type { JanusConfig } from '../../../config/config.js';
import type { HealthFinding } from '../../../domain/health/facts.js';
import { isHigher } from '../../../domain/modes/mode.js';
import { visible } from '../../../domain/text/visible.js';
import type { Context } from '../../command.js';
import type { VesselNow } from '../../health/vessel-now.js';
import { paint } from '../../terminal/output.js';
import { haltLine } from '../controls/standing-words.js';

export const isStopped = (findings: readonly HealthFinding[]) => findings.some(({ id, ok }) => id === 'emergency_stop' && !ok);

/**
 * "BETA"; "ALPHA (omega at most)" where the configuration would allow more; the ceiling alone where no trail can be read here. A mode that is more than
 * alpha is what was recorded last: a word that it rests on, and that does not hold any more, is not seen here.
 */
export function modeWords(now: VesselNow | undefined, { operationalMode: ceiling }: JanusConfig): string {
  if (now === undefined) return `${ceiling} at most`;
  const recorded = isHigher(now.mode, 'alpha') ? ', as recorded last; computed anew by: ubos mode' : '';
  return `${now.mode.toUpperCase()}${now.mode === ceiling ? '' : ` (${ceiling} at most)`}${recorded}`;
}

/** Each fact of health that does not hold, with what to do next. Whether Temporal answers stands elsewhere. */
export const problemWords = (findings: readonly HealthFinding[]): string[] =>
  findings.flatMap(({ id, ok, detail, next }) =>
    ok || id === 'temporal' ? [] : [visible(`${detail}${next === undefined ? '' : ` · ${next}`}`)],
  );

/** Pauses that nobody has ended. */
export const pauseWords = (now: VesselNow | undefined, context: Context): string[] =>
  (now?.pauses ?? []).map((pause) => `paused: ${haltLine(pause, context)} · ubos resume ${visible(pause.id)} --reason '...'`);

export const attentionRows = (texts: readonly string[], context: Context): string[][] =>
  texts.map((text) => ['attention', paint(context, 'yellow', context.here(text))]);
