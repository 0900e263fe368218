import { join, resolve } from 'node:path';
import { logFilesOf } from '../../../config/config.js';
import { JanusError } from '../../../domain/errors.js';
import type { ModeTrail } from '../../../domain/modes/evidence.js';
import type { Ceiling, Mode } from '../../../domain/modes/mode.js';
import type { ModeSettings } from '../../../domain/modes/settings.js';
import { charter } from '../../../domain/modes/settings.js';
import type { ModeView } from '../../../domain/modes/view.js';
import { effectiveMode, viewMode } from '../../../domain/modes/view.js';
import type { LogName } from '../../../domain/trail/logs.js';
import { createDecided } from '../../../domain/trail/mode/decided.js';
import { createVesselTrail } from '../../../domain/trail/mode/vessel.js';
import { createStanding } from '../../../domain/trail/standing.js';
import type { Context, Values } from '../../command.js';
import { textOf } from '../../command.js';
import { asUnreadable, momentOf } from '../audit/trail-options.js';

export const trailOptions = { trail: { type: 'string' }, at: { type: 'string' } } as const;

export interface SeenMode {
  readonly view: ModeView;
  readonly trail: ModeTrail;
  readonly settings: ModeSettings;
  readonly recommenders: readonly string[];
  /** What counts: `view.mode` under the ceiling, and alpha while something holds the vessel. */
  readonly mode: Mode;
  /** Undefined where only files were looked at: the configuration of their vessel is not known. */
  readonly ceiling: Ceiling | undefined;
  /** The stop or the pause that stands; undefined where none does. */
  readonly held: string | undefined;
  readonly now: number;
}

const defaultRecommenders = ['claude', 'gemini', 'codex'];

/** The folder of `--trail`, or the files of the configuration. */
async function placeOf(values: Values, context: Context) {
  const folder = textOf(values, 'trail');
  if (folder === undefined) {
    const config = await context.config();
    return { files: logFilesOf(config), config };
  }
  const at = (log: LogName) => join(resolve(context.cwd, folder), `${log}.jsonl`);
  return { files: { mission_log: at('mission_log'), tool_use: at('tool_use'), proposals: at('proposals') } };
}

/** `--at`, a moment in the past; now where nobody names one. */
function nowOf(values: Values, now: Date): number {
  const asked = momentOf({ since: values['at'] }, 'since', now);
  return asked === undefined ? now.getTime() : Date.parse(asked);
}

/** The mode by the files of the trail alone (spec T7): no server is asked. Throws LOG_NOT_FOUND, AUDIT_UNAVAILABLE, NOT_PERMITTED. */
export async function readMode(values: Values, context: Context): Promise<SeenMode> {
  const { files, config } = await placeOf(values, context);
  const now = nowOf(values, context.now());
  const [vessel, decided, standing] = [createVesselTrail(), createDecided(), createStanding()];
  const { readWhole } = await import('../../../adapters/audit/read/read-trail.js');
  let found = false;
  try {
    found = await readWhole(files, 'mission_log', ({ record }) => {
      vessel.apply(record);
      standing.apply(record);
    });
    if (found) await readWhole(files, 'proposals', ({ record }) => decided.apply(record));
  } catch (error) {
    throw asUnreadable(error);
  }
  if (!found) throw new JanusError('LOG_NOT_FOUND', `${files.mission_log} is not there`, { next: 'ubos mode check --trail FOLDER' });
  const trail = { vessel: vessel.snapshot(), proposals: decided.snapshot() };
  // Of another machine's files only they themselves say which rules held.
  const settings = config?.modes.settings ?? trail.vessel.settings ?? charter;
  const recommenders = config?.modes.recommenders ?? trail.vessel.recommenders ?? defaultRecommenders;
  const view = viewMode(trail, { settings, voices: { recommenders }, now });
  const { stops, pauses } = standing.snapshot();
  const held = [...stops.keys(), ...pauses.keys()].at(0);
  const ceiling = config?.operationalMode;
  const mode = effectiveMode(view.mode, ceiling ?? 'omega', held !== undefined);
  return { view, trail, settings, recommenders, mode, ceiling, held, now };
}
