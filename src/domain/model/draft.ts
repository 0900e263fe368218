import type { Metrics } from '../thinking/metrics.js';
import { parseTrigger } from '../thinking/trigger.js';
import { shorten, toSnakeCase, visible } from '../text/visible.js';
import type { Unread } from './answer.js';
import { parseDraft } from './draft.schema.js';
import { parseSaid } from './read-answer.js';

/** A sentence that shall become a mission, and what it can be made of. */
export interface DraftRequest {
  readonly sentence: string;
  /** Types of what a model may propose, in snake case. */
  readonly actionTypes: readonly string[];
  /** As they are now. */
  readonly metrics: Metrics;
}

/** What a model made of a sentence; nothing of it counts before a person says so. */
export interface MissionDraft {
  readonly title: string;
  /** Of those that there are. */
  readonly actionTypes: readonly string[];
  /** Conditions by their metric, all of them sound. */
  readonly success: Readonly<Record<string, string>>;
  /** What it said besides, and why that is nothing. */
  readonly dropped: readonly string[];
}

const titleMax = 80;
const line = (text: string, max: number) => shorten(visible(text.replace(/\s+/g, ' ').trim()), max);

/** Reads what a model made of a sentence: what does not hold is dropped by itself, with its reason. Total. */
export function readDraft(text: string, actionTypes: readonly string[]): MissionDraft | Unread {
  const said = parseSaid(text);
  if ('code' in said) return said;
  const draft = parseDraft(said.value);
  const title = line(draft?.title ?? '', titleMax);
  if (draft === undefined || title === '')
    return { code: 'wrong_shape', why: 'the answer is not of the form title, action_types, success' };
  const dropped: string[] = [];
  const types = new Set<string>();
  for (const type of draft.action_types.map(toSnakeCase)) {
    if (actionTypes.includes(type)) types.add(type);
    else dropped.push(`there is no action type ${line(type, 64)}`);
  }
  const success: Record<string, string> = {};
  for (const { metric, comparison, value } of draft.success) {
    const condition = `${comparison}${value}`;
    const whole = Object.hasOwn(success, metric) ? `${success[metric]},${condition}` : condition;
    const parsed = parseTrigger({ [metric]: whole });
    if ('problems' in parsed) dropped.push(line(parsed.problems.join('; '), 200));
    else success[metric] = whole;
  }
  return { title, actionTypes: [...types], success, dropped };
}
