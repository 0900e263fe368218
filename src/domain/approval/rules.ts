/** Who has to say yes (spec A4): thresholds over groups, joined by AND and OR. */
export type Requirement =
  | { readonly group: string; readonly approve: number }
  | { readonly allOf: readonly Requirement[] }
  | { readonly anyOf: readonly Requirement[] };

/** Persons by group. A person is one, however many keys, groups or spellings of the name there are. */
export type Groups = Readonly<Record<string, readonly string[]>>;

/** Whoever says a name is of this group: where nothing is signed and nobody is named, a name is a claim and no more. */
export const anybody = '*';

/** One person, whatever the letters look like; names are compared like this everywhere. */
export function personOf(name: string): string {
  return name.normalize('NFKC').trim().toLowerCase();
}

interface Threshold {
  readonly group: string;
  readonly approve: number;
}

/** A requirement that offers more ways than this to be met is a mistake, and would be slow to count. */
const alternativesMax = 256;

/**
 * The ways in which a requirement can be met: any one of the lists, every threshold of it.
 * Throws a RangeError beyond 256 ways; the configuration refuses those.
 */
export function alternatives(requirement: Requirement): readonly (readonly Threshold[])[] {
  if ('group' in requirement) return [[requirement]];
  if ('anyOf' in requirement) return bounded(requirement.anyOf.flatMap(alternatives));
  let ways: readonly (readonly Threshold[])[] = [[]];
  for (const part of requirement.allOf) {
    const others = alternatives(part);
    ways = bounded(ways.flatMap((way) => others.map((other) => [...way, ...other])));
  }
  return ways;
}

function bounded<T>(ways: readonly T[]): readonly T[] {
  if (ways.length > alternativesMax) throw new RangeError(`more than ${alternativesMax} ways to meet it`);
  return ways;
}

export function isMember(groups: Groups, group: string, name: string): boolean {
  if (group === anybody) return true;
  const person = personOf(name);
  return Object.hasOwn(groups, group) && (groups[group] ?? []).some((each) => personOf(each) === person);
}

/** How many of each threshold's places can be filled when each person takes one place at most: a maximum matching, by augmenting paths. */
function fill(thresholds: readonly Threshold[], persons: readonly string[], groups: Groups): readonly number[] {
  const places = thresholds.flatMap(({ group, approve }, index) => Array.from({ length: approve }, () => ({ group, index })));
  const takenBy = new Map<number, string>();
  const seat = (person: string, tried: Set<number>): boolean =>
    places.some(({ group }, place) => {
      if (tried.has(place) || !isMember(groups, group, person)) return false;
      tried.add(place);
      const other = takenBy.get(place);
      if (other !== undefined && !seat(other, tried)) return false;
      takenBy.set(place, person);
      return true;
    });
  for (const person of persons) seat(person, new Set());
  const filled = thresholds.map(() => 0);
  for (const place of takenBy.keys()) {
    const index = places[place]?.index ?? 0;
    filled[index] = (filled[index] ?? 0) + 1;
  }
  return filled;
}

const isFilled = (thresholds: readonly Threshold[], filled: readonly number[]) =>
  thresholds.every(({ approve }, index) => (filled[index] ?? 0) >= approve);

/** Distinct persons only, and each counts for one threshold of an AND: one person in two groups is still one pair of eyes. */
export function isMet(requirement: Requirement, approvers: readonly string[], groups: Groups): boolean {
  const persons = [...new Set(approvers.map(personOf))];
  return alternatives(requirement).some((way) => isFilled(way, fill(way, persons, groups)));
}

/** All groups that a requirement names. */
export function groupsOf(requirement: Requirement): readonly string[] {
  return [...new Set(alternatives(requirement).flatMap((way) => way.map(({ group }) => group)))];
}

/** Why no set of persons could ever meet it, or one of its ways; undefined where each way can be met. */
export function unmeetable(requirement: Requirement, groups: Groups, excluded: readonly string[] = []): string | undefined {
  const without = new Set(excluded.map(personOf));
  const everybody = [...new Set(Object.values(groups).flat().map(personOf))].filter((person) => !without.has(person));
  for (const way of alternatives(requirement)) {
    if (way.some(({ group }) => group === anybody)) continue;
    if (!isFilled(way, fill(way, everybody, groups)))
      return `${way.map(({ group, approve }) => `${approve} of ${group}`).join(' and ')} can never be met: ${membersText(way, groups, without)}`;
  }
  return undefined;
}

const membersOf = (groups: Groups, group: string) => (Object.hasOwn(groups, group) ? (groups[group] ?? []) : []);

function membersText(way: readonly Threshold[], groups: Groups, without: ReadonlySet<string>): string {
  const names = [...new Set(way.map(({ group }) => group))];
  return names
    .map((group) => {
      const members = membersOf(groups, group).filter((name) => !without.has(personOf(name)));
      return `${group} has ${members.length === 0 ? 'nobody' : members.join(', ')}${without.size > 0 ? ' who may approve' : ''}`;
    })
    .join('; ');
}

/** What a threshold has and lacks, for people: "trinity 1 of 2". */
export interface Progress {
  readonly group: string;
  readonly have: number;
  readonly need: number;
  /** Who could still say yes. Empty for anybody. */
  readonly missing: readonly string[];
}

/** Each way to meet the requirement, as far as it is met. Whoever is `excluded` is not asked, and so is not missing. */
export function progressOf(
  requirement: Requirement,
  approvers: readonly string[],
  groups: Groups,
  excluded: readonly string[] = [],
): readonly (readonly Progress[])[] {
  const without = new Set(excluded.map(personOf));
  const persons = [...new Set(approvers.map(personOf))];
  return alternatives(requirement).map((way) => {
    const filled = fill(way, persons, groups);
    return way.map(({ group, approve }, index) => ({
      group,
      have: filled[index] ?? 0,
      need: approve,
      missing:
        group === anybody
          ? []
          : membersOf(groups, group).filter((name) => !persons.includes(personOf(name)) && !without.has(personOf(name))),
    }));
  });
}

const countsOf = ({ group, have, need }: Progress) => `${group === anybody ? 'anybody' : group} ${have} of ${need}`;

/** "first_citizen 0 of 1, or trinity 1 of 2": for search attributes and records. */
export function progressText(ways: readonly (readonly Progress[])[]): string {
  return [...new Set(ways.map((way) => way.map(countsOf).join(' and ')))].join(', or ');
}

/** So many names are said; the rest are counted. */
const namesSaid = 5;

/** " (missing: ana, codex)": who of them could still say yes. */
function missingOf({ have, need, missing }: Progress): string {
  if (have >= need || missing.length === 0) return '';
  const rest = missing.length > namesSaid ? ` and ${missing.length - namesSaid} more` : '';
  return ` (missing: ${missing.slice(0, namesSaid).join(', ')}${rest})`;
}

/** "first_citizen 0 of 1 (missing: ana), or trinity 1 of 2 (missing: codex, gemini)": for people. */
export function needsText(ways: readonly (readonly Progress[])[]): string {
  return [...new Set(ways.map((way) => way.map((each) => `${countsOf(each)}${missingOf(each)}`).join(' and ')))].join(', or ');
}
