import { anybody } from '../approval/rules.js';
import { canonicalJson } from '../text/canonical.js';

/** Null stands for *without bound*. A list is a set. */
export type PolicyValue = number | boolean | string | null | readonly string[];

/** Which of two values allows more. `other`: nobody can tell, so any other value does. */
export type Looser = 'more' | 'fewer' | 'true' | 'false' | 'other' | 'ways' | readonly string[];

/** One thing that a security policy says, with which way of saying it is looser (spec C7). */
export interface PolicyRule {
  /** As in agent.yaml and policy.json: `tools.shell.grants`. */
  readonly key: string;
  readonly value: PolicyValue;
  /** A list names all values, the strictest first. */
  readonly looser: Looser;
  /** What it comes to where a policy does not say it: a person who has no keys has the keys `[]`. */
  readonly absent?: PolicyValue;
  /** Part of a thing that is listed itself: where the thing is new or gone, that alone is the difference. */
  readonly part?: true;
  /** Says the same for what is not named by itself; where this one is not said, that one counts. */
  readonly otherwise?: string;
}

/** One way in which two policies differ. */
export interface PolicyDifference {
  readonly key: string;
  /** Undefined: it was not said. */
  readonly from?: PolicyValue;
  readonly to?: PolicyValue;
  /** What cannot be compared counts as looser. */
  readonly effect: 'looser' | 'stricter';
}

const amount = (value: PolicyValue) => (value === null ? Infinity : typeof value === 'number' ? value : Number.NaN);
const isList = (value: PolicyValue): value is readonly string[] => Array.isArray(value);
const everything = '*';

/** Whether everything of the one is in the other. */
const isWithin = (one: readonly string[], other: readonly string[]) =>
  other.includes(everything) || one.every((each) => other.includes(each));

/** "2 first_citizen, 1 trinity": how many of which group one way to say yes takes. */
function thresholdsOf(way: string): ReadonlyMap<string, number> {
  return new Map(way.split(', ').map((part) => [part.slice(part.indexOf(' ') + 1), Number.parseInt(part, 10)]));
}

/** Whoever meets the one way has met the other. */
const covers = (strict: string, loose: string) => {
  const have = thresholdsOf(strict);
  const all = [...have.values()].reduce((sum, each) => sum + each, 0);
  return [...thresholdsOf(loose)].every(([group, approve]) => (group === anybody ? all : (have.get(group) ?? 0)) >= approve);
};

type Compare = (from: PolicyValue, to: PolicyValue) => boolean;
const isMore: Compare = (from, to) => (isList(from) && isList(to) ? !isWithin(to, from) : !(amount(to) <= amount(from)));
const isFewer: Compare = (from, to) => (isList(from) && isList(to) ? !isWithin(from, to) : !(amount(to) >= amount(from)));

const comparisons: Readonly<Record<Exclude<Looser, readonly string[]>, Compare>> = {
  more: isMore,
  fewer: isFewer,
  true: (_, to) => to !== false,
  false: (_, to) => to !== true,
  other: () => true,
  // Each way to say yes from now on asks for at least what some way asked for before.
  ways: (from, to) => !(isList(from) && isList(to) && to.every((way) => from.some((before) => covers(way, before)))),
};

function isLooser({ looser }: PolicyRule, from: PolicyValue, to: PolicyValue): boolean {
  if (typeof looser === 'string') return comparisons[looser](from, to);
  const [before, after] = [from, to].map((value) => looser.indexOf(String(value))) as [number, number];
  return before < 0 || after < 0 || after > before;
}

const same = (one: PolicyValue, other: PolicyValue) => {
  const text = (value: PolicyValue) => canonicalJson(isList(value) ? [...value].sort() : value);
  return text(one) === text(other);
};

/** What a policy says under a key, as far as it says it. */
function saidBy(policy: ReadonlyMap<string, PolicyRule>, { key, otherwise, absent }: PolicyRule): PolicyValue | undefined {
  const said = policy.get(key) ?? (otherwise === undefined ? undefined : policy.get(otherwise));
  return said === undefined ? absent : said.value;
}

/** Where two policies differ, and which way, in the order of their keys. Pure. */
export function comparePolicies(before: readonly PolicyRule[], after: readonly PolicyRule[]): readonly PolicyDifference[] {
  const [old, now] = [before, after].map((rules) => new Map(rules.map((rule) => [rule.key, rule]))) as [
    Map<string, PolicyRule>,
    Map<string, PolicyRule>,
  ];
  return [...new Set([...old.keys(), ...now.keys()])].sort().flatMap((key): PolicyDifference[] => {
    // How to compare is a matter of today's program.
    const rule = (now.get(key) ?? old.get(key)) as PolicyRule;
    const [from, to] = [saidBy(old, rule), saidBy(now, rule)];
    if (from === undefined || to === undefined)
      return rule.part === true ? [] : [{ key, ...(from !== undefined && { from }), ...(to !== undefined && { to }), effect: 'looser' }];
    return same(from, to) ? [] : [{ key, from, to, effect: isLooser(rule, from, to) ? 'looser' : 'stricter' }];
  });
}

const words = (value: PolicyValue | undefined): string => {
  if (value === undefined) return 'not said';
  if (value === null) return 'no bound';
  return isList(value) ? `[${value.join('; ')}]` : String(value);
};

/** "tools: + curl", "limits.memory_mb: 2048 -> 4096". */
export function differenceText({ key, from, to }: PolicyDifference): string {
  if (from === undefined || to === undefined || !isList(from) || !isList(to)) return `${key}: ${words(from)} -> ${words(to)}`;
  const added = to.filter((each) => !from.includes(each)).map((each) => `+ ${each}`);
  const removed = from.filter((each) => !to.includes(each)).map((each) => `- ${each}`);
  return `${key}: ${[...added, ...removed].join(', ')}`;
}
