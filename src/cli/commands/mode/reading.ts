import { join, resolve } from 'node:path';
import type { Vouchers } from '../../../adapters/permit/permit.js';
import { logFilesOf } from '../../../config/config.js';
import { JanusError } from '../../../domain/errors.js';
import type { KeptDecisions, ModeTrail } from '../../../domain/modes/evidence.js';
import { strangeIn, wholeTrail } from '../../../domain/modes/kept.js';
import type { Ceiling, Mode } from '../../../domain/modes/mode.js';
import type { ModeSettings } from '../../../domain/modes/settings.js';
import { charter } from '../../../domain/modes/settings.js';
import type { ModeView } from '../../../domain/modes/view.js';
import { effectiveMode, viewMode } from '../../../domain/modes/view.js';
import { withoutWords } from '../../../domain/modes/words.js';
import type { LogName } from '../../../domain/trail/logs.js';
import type { AuditRecord } from '../../../domain/trail/records.js';
import { createDecided } from '../../../domain/trail/mode/decided.js';
import { createVesselTrail } from '../../../domain/trail/mode/vessel.js';
import { createStanding } from '../../../domain/trail/standing.js';
import type { Context, Values } from '../../command.js';
import { textOf } from '../../command.js';
import { asUnreadable, momentOf } from '../audit/trail-options.js';
import type { Examined } from './signed-words.js';
import { examineWords } from './signed-words.js';

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
  /** Checkpoints that stand in for removed records, and that the brain of this vessel did not sign: they count for nothing. */
  readonly strangeCheckpoints: number;
  /** The signed words that it rests on; undefined where nobody asked for them. */
  readonly examined: Examined | undefined;
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

/** `--at`, a moment in the past; undefined where nobody names one. */
function askedMoment(values: Values, now: Date): number | undefined {
  const asked = momentOf({ since: values['at'] }, 'since', now);
  return asked === undefined ? undefined : Date.parse(asked);
}

type Files = Readonly<Record<LogName, string>>;

/** What the logs said until a moment. */
async function readLogs(files: Files, until: number, brain: Pick<Vouchers, 'isOwn'> | undefined) {
  const [vessel, decided, standing] = [createVesselTrail(), createDecided(), createStanding()];
  const { readWhole } = await import('../../../adapters/audit/read/read-trail.js');
  const isThen = ({ timestamp }: AuditRecord) => Date.parse(timestamp) <= until;
  let found = false;
  try {
    found = await readWhole(files, 'mission_log', ({ record }) => {
      if (!isThen(record)) return;
      vessel.apply(record);
      standing.apply(record);
    });
    if (found) await readWhole(files, 'proposals', ({ record }) => isThen(record) && decided.apply(record));
  } catch (error) {
    throw asUnreadable(error);
  }
  if (!found) throw new JanusError('LOG_NOT_FOUND', `${files.mission_log} is not there`, { next: 'ubos mode check --trail FOLDER' });
  const both = [vessel.snapshot(), decided.snapshot()] as const;
  const isSigned = ({ text, signature }: KeptDecisions) => brain?.isOwn(text, signature) ?? true;
  return { trail: wholeTrail(...both, isSigned), strangeCheckpoints: strangeIn(...both, isSigned), standing: standing.snapshot() };
}

/**
 * The mode by the files of the trail alone (spec T7): no server is asked. With `examines` each signed word that it rests on is verified, and one that
 * does not hold counts for nothing. Throws LOG_NOT_FOUND, AUDIT_UNAVAILABLE, NOT_PERMITTED, USAGE.
 */
export async function readMode(values: Values, context: Context, { examines = false } = {}): Promise<SeenMode> {
  const { files, config } = await placeOf(values, context);
  const asked = askedMoment(values, context.now());
  const now = asked ?? context.now().getTime();
  const { createBrainWords } = await import('../../../adapters/permit/brain-words.js');
  const brain = config && createBrainWords(config.paths.keys);
  const read = await readLogs(files, asked ?? Number.POSITIVE_INFINITY, brain);
  const examined = examines ? await examineWords(read.trail, values, context) : undefined;
  const trail = withoutWords(read.trail, new Set(examined?.doubts.map(({ word }) => word)));
  // Of another machine's files only they themselves say which rules held.
  const settings = config?.modes.settings ?? trail.vessel.settings ?? charter;
  const recommenders = config?.modes.recommenders ?? trail.vessel.recommenders ?? defaultRecommenders;
  const view = viewMode(trail, { settings, voices: { recommenders }, now });
  const { strangeCheckpoints } = read;
  const { stops, pauses } = read.standing;
  const held = [...stops.keys(), ...pauses.keys()].at(0);
  const ceiling = config?.operationalMode;
  const mode = effectiveMode(view.mode, ceiling ?? 'omega', held !== undefined);
  return { view, trail, settings, recommenders, mode, ceiling, held, now, strangeCheckpoints, examined };
}
