import { parseDuration } from '../../../domain/approval/decision.js';
import { JanusError } from '../../../domain/errors.js';
import { didYouMean } from '../../../domain/text/did-you-mean.js';
import { quoted } from '../../../domain/text/quoted.js';
import { toSnakeCase, visible } from '../../../domain/text/visible.js';
import { parseTrigger } from '../../../domain/thinking/trigger.js';
import type { NewMission, TypedMission } from '../../../domain/thinking/new-mission.js';
import type { Values } from '../../command.js';
import { textOf, textsOf } from '../../command.js';
import { noWords } from '../controls/words.js';

export const usage =
  "ubos missions add 'SENTENCE' [--success METRIC=CONDITION]... [--allow TYPE]... [--title TEXT] [--id ID] [--priority N] [--expires WHEN] [--yes] [--json]";

export const options = {
  success: { type: 'string', multiple: true },
  allow: { type: 'string', multiple: true },
  title: { type: 'string' },
  id: { type: 'string' },
  priority: { type: 'string' },
  expires: { type: 'string' },
  yes: { type: 'boolean' },
} as const;

const example = "ubos missions add 'Keep the disk below 70 percent' --success 'disk_usage_percent=<70'";
const sentenceMax = 2_000;

const wrong = (message: string, next = example) => new JanusError('USAGE', message, { next });

function sentenceOf([sentence = '', ...more]: readonly string[]): string {
  noWords(more, 0, `put the sentence in quotes: ${example}`);
  const text = sentence.trim();
  if (text === '') throw wrong('what is the vessel there for? Say it in one sentence');
  if (text.length > sentenceMax) throw wrong(`the sentence has ${text.length} characters, at most ${sentenceMax} are kept`);
  if (visible(text) !== text) throw wrong(`the sentence holds what nobody can see: ${visible(text).slice(0, 200)}`);
  return text;
}

/** `disk_usage_percent=<70`, also without the first sign. Throws USAGE for what is no metric, or no condition of it. */
function successOf(values: Values): Record<string, string> {
  const success: Record<string, string> = {};
  for (const given of textsOf(values, 'success')) {
    const [, metric = '', condition = ''] = /^\s*([^=<>!\s]*)\s*=?(.*)$/s.exec(given.replace(/==/, '===')) ?? [];
    const next = "--success 'disk_usage_percent=<70'";
    if (metric === '' || condition.trim() === '') throw wrong(`${JSON.stringify(given)} compares no metric with anything`, next);
    const whole = Object.hasOwn(success, metric) ? `${success[metric]},${condition.trim()}` : condition.trim();
    const parsed = parseTrigger({ [metric]: whole });
    if ('problems' in parsed) throw wrong(parsed.problems.join('; '), next);
    success[metric] = whole;
  }
  return success;
}

function allowedOf(values: Values, known: readonly string[]): string[] {
  return textsOf(values, 'allow').map((given) => {
    const type = toSnakeCase(given);
    if (known.includes(type)) return type;
    const nearest = didYouMean(type, known);
    const meant = nearest === undefined ? '' : `did you mean ${nearest}? `;
    throw wrong(
      `no action of the catalogue is of type ${JSON.stringify(given)}; ${meant}there are ${known.join(', ')}`,
      'ubos config explain catalogue',
    );
  });
}

function priorityOf(values: Values): number | undefined {
  const given = textOf(values, 'priority');
  if (given === undefined) return undefined;
  if (!/^-?\d{1,6}$/.test(given)) throw wrong(`--priority takes a whole number, found ${JSON.stringify(given)}`, '--priority 2');
  return Number(given);
}

/** A moment, or from now on. */
function expiryOf(values: Values, now: Date): string | undefined {
  const given = textOf(values, 'expires');
  if (given === undefined) return undefined;
  const seconds = parseDuration(given);
  const isMoment = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(given);
  const time = seconds === undefined ? (isMoment ? Date.parse(given) : Number.NaN) : now.getTime() + seconds * 1_000;
  if (Number.isNaN(time))
    throw wrong(`--expires takes a moment or a time from now, found ${JSON.stringify(given)}`, '--expires 90d, or 2027-01-31');
  if (time <= now.getTime()) throw wrong(`--expires ${given} is over already`, '--expires 90d');
  return new Date(time).toISOString();
}

function idOf(values: Values): string | undefined {
  const given = textOf(values, 'id');
  if (given === undefined || /^[a-z0-9][a-z0-9_-]{0,63}$/.test(given)) return given;
  throw wrong(`--id takes lower-case letters, digits, dashes and underscores, found ${JSON.stringify(given)}`, '--id disk-2027');
}

/** All that was typed of a mission. Throws USAGE. `actionTypes`: those that there are. */
export function typedMission(
  positionals: readonly string[],
  values: Values,
  { actionTypes, now }: { readonly actionTypes: readonly string[]; readonly now: Date },
): TypedMission {
  const [title, id, priority, expiresAt] = [textOf(values, 'title')?.trim(), idOf(values), priorityOf(values), expiryOf(values, now)];
  if (title !== undefined && (title === '' || title.length > 200 || visible(title) !== title))
    throw wrong('--title takes 1 to 200 visible characters', "--title 'A free disk'");
  return {
    ...{ sentence: sentenceOf(positionals), success: successOf(values), allowed: allowedOf(values, actionTypes) },
    ...(id !== undefined && { id }),
    ...(title !== undefined && { title }),
    ...(priority !== undefined && { priority }),
    ...(expiresAt !== undefined && { expiresAt }),
  };
}

/** The command that stores exactly this mission, and asks nobody. */
export function storingCommand({
  id,
  title,
  objective,
  priority,
  success = {},
  allowed_action_types: allowed = [],
  ...rest
}: NewMission): string {
  return [
    `ubos missions add ${quoted(objective)} --id ${id} --title ${quoted(title)}`,
    ...Object.entries(success).map(([metric, condition]) => `--success ${quoted(`${metric}=${condition}`)}`),
    ...allowed.map((type) => `--allow ${type}`),
    ...(priority === 0 ? [] : [`--priority=${priority}`]),
    ...(rest.expires_at === undefined ? [] : [`--expires ${rest.expires_at}`]),
    '--yes',
  ].join(' ');
}
