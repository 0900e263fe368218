import type { Metrics } from './metrics.js';
import { didYouMean } from '../text/did-you-mean.js';
import { isMetricName, metricTypes } from './metrics.js';

export type Operator = '>=' | '<=' | '==' | '!=' | '>' | '<';
type Literal = number | boolean | string;

export interface Condition {
  readonly metric: string;
  readonly operator: Operator;
  readonly literal: Literal;
}

/** All conditions must hold. */
export type Trigger = readonly Condition[];

/** `unknown` where a metric could not be measured: it never fires, also not for `!=` (spec T6). */
export type TriggerResult = 'match' | 'no_match' | 'unknown';

/** Longest first, so that ">=" is never read as ">" and "=". */
const operators: readonly Operator[] = ['>=', '<=', '==', '!=', '>', '<'];
const jsonNumber = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;
const conditionsMax = 16;
const termsMax = 4;

function parseLiteral(text: string): Literal | undefined {
  if (text === 'true' || text === 'false') return text === 'true';
  if (jsonNumber.test(text)) return Number.isFinite(Number(text)) ? Number(text) : undefined;
  // A unit such as "80%" or a second sign such as "=>80" is not one of these, and so is an error.
  return /^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/.test(text) ? text : undefined;
}

function parseTerm(metric: string, term: string): Condition | string {
  const trimmed = term.trim();
  const operator = operators.find((candidate) => trimmed.startsWith(candidate));
  const rest = trimmed.slice(operator?.length ?? 0).trim();
  const literal = parseLiteral(rest);
  if (literal === undefined) return `${metric}: ${JSON.stringify(term)} is not a comparison such as ">80", ">=80,<95" or "==true"`;
  return typeProblem(metric, operator ?? '==', literal) ?? { metric, operator: operator ?? '==', literal };
}

function typeProblem(metric: string, operator: Operator, literal: Literal): string | undefined {
  const type = isMetricName(metric) ? metricTypes[metric] : undefined;
  if (type !== typeof literal) return `${metric} is a ${type}, ${JSON.stringify(literal)} is a ${typeof literal}`;
  return type !== 'number' && operator !== '==' && operator !== '!=' ? `${metric} is a ${type}: only == and != compare it` : undefined;
}

/** Names the nearest one, and all of them. */
export function unknownMetric(name: string): string {
  const known = Object.keys(metricTypes);
  const nearest = didYouMean(name.slice(0, 64), known);
  return `${JSON.stringify(name.slice(0, 64))} is no metric; ${nearest === undefined ? '' : `did you mean ${nearest}? `}there are ${known.join(', ')}`;
}

function parseCondition(metric: string, value: unknown): (Condition | string)[] {
  if (!isMetricName(metric)) return [unknownMetric(metric)];
  if (typeof value === 'number' || typeof value === 'boolean') {
    return [
      typeof value === 'number' && !Number.isFinite(value)
        ? `${metric}: ${value} is no finite number`
        : (typeProblem(metric, '==', value) ?? { metric, operator: '==', literal: value }),
    ];
  }
  if (typeof value !== 'string')
    return [
      `${metric}: found ${value === null ? 'null' : Array.isArray(value) ? 'a list' : typeof value}, allowed are a number, true, false or a text`,
    ];
  const terms = value.split(',');
  return terms.length > termsMax ? [`${metric}: at most ${termsMax} comparisons`] : terms.map((term) => parseTerm(metric, term));
}

/** Reads the seed's trigger map (spec T6). Anything but a sound map is an error, and the whole playbook is disabled: never a match by mistake. */
export function parseTrigger(map: unknown): { readonly trigger: Trigger } | { readonly problems: readonly string[] } {
  if (typeof map !== 'object' || map === null || Array.isArray(map)) return { problems: ['trigger_conditions is not an object'] };
  const entries = Object.entries(map);
  if (entries.length === 0) return { problems: ['trigger_conditions is empty: it would always match'] };
  if (entries.length > conditionsMax) return { problems: [`trigger_conditions has more than ${conditionsMax} entries`] };
  const parsed = entries.flatMap(([metric, value]) => parseCondition(metric, value));
  const problems = parsed.filter((each) => typeof each === 'string');
  return problems.length > 0 ? { problems } : { trigger: parsed.filter((each) => typeof each !== 'string') };
}

const comparisons: Readonly<Record<Operator, (a: Literal, b: Literal) => boolean>> = {
  '>=': (a, b) => a >= b,
  '<=': (a, b) => a <= b,
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '>': (a, b) => a > b,
  '<': (a, b) => a < b,
};

function holds({ metric, operator, literal }: Condition, metrics: Metrics): TriggerResult {
  const value = Object.hasOwn(metrics, metric) ? metrics[metric] : undefined;
  if (value === undefined || value === null || typeof value !== typeof literal || Number.isNaN(value)) return 'unknown';
  return comparisons[operator](value, literal) ? 'match' : 'no_match';
}

/** Three-valued AND: false dominates, then unknown. */
export function evaluateTrigger(trigger: Trigger, metrics: Metrics): TriggerResult {
  const results = trigger.map((condition) => holds(condition, metrics));
  if (results.includes('no_match')) return 'no_match';
  return results.includes('unknown') ? 'unknown' : 'match';
}

/** "disk_usage_percent is 86 (>80)": why it fired, for the rationale. */
export function describeTrigger(trigger: Trigger, metrics: Metrics): string {
  return trigger.map(({ metric, operator, literal }) => `${metric} is ${metrics[metric] ?? 'unknown'} (${operator}${literal})`).join(', ');
}
