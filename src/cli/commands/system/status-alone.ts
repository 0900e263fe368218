import type { JanusConfig } from '../../../config/config.js';
import { hasCode, JanusError } from '../../../domain/errors.js';
import { visible } from '../../../domain/text/visible.js';
import type { Context } from '../../command.js';
import { examineHealth } from '../../health/read-health.js';
import { vesselNow } from '../../health/vessel-now.js';
import { paint, table } from '../../terminal/output.js';
import { lookAtControls } from '../controls/look.js';
import { controlsLine } from '../controls/picture.js';
import { attentionRows, isStopped, modeWords, pauseWords, problemWords } from './status-words.js';

/**
 * No server answers: says what this machine's own files say of its vessel, an emergency stop first, and throws the error again, which names
 * the stop as well. Any other error is thrown as it is.
 */
export async function statusAlone(error: unknown, config: JanusConfig, context: Context): Promise<never> {
  if (!hasCode(error, 'TEMPORAL_UNREACHABLE')) throw error;
  const findings = await examineHealth(config, undefined, context);
  const stopped = isStopped(findings);
  if (!context.json) {
    const now = await vesselNow(config, stopped);
    const state = paint(context, 'red', stopped ? 'EMERGENCY STOP' : 'no server answers');
    const rows = [
      [visible(config.vesselName), `${modeWords(now, config)}  ${state}  what this machine knows by itself`],
      ...attentionRows([...problemWords(findings), ...pauseWords(now, context)], context),
      ['controls', controlsLine(await lookAtControls(config))],
    ];
    context.stdout.write(table(rows, context.columns, { overflow: 'wrap', widest: [24] }));
  }
  throw new JanusError(error.code, stopped ? `${error.message}; an emergency stop stands` : error.message, {
    details: { ...error.details, emergency_stop: stopped, findings: findings.map((finding) => ({ next: null, ...finding })) },
    cause: error,
    ...(error.next !== undefined && { next: error.next }),
  });
}
