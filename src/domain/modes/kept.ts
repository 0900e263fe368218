import type { Decided, DecidedTrail, KeptDecisions, ModeTrail, VesselTrail } from './evidence.js';

/** So many in one record at most, which is bounded itself; what is left follows in the next one. */
export const keptMax = 300;

const isIn =
  (after: number, until: number) =>
  ({ seq }: { readonly seq: number }): boolean =>
    seq > after && seq <= until;

type Decisions = Omit<KeptDecisions, 'text' | 'signature'>;

/** What the mode needs of the records behind `after`: as much of it as one record takes. */
export function decisionsBehind({ position, decided, alone, completions }: DecidedTrail, after: number): Decisions {
  const ran = [...alone].map(([id, each]) => ({ id, ...each }));
  const seqs = [...decided, ...ran, ...completions].map(({ seq }) => seq).filter((seq) => seq > after);
  const last = seqs.length > keptMax ? seqs.sort((a, b) => a - b)[keptMax - 1] : undefined;
  const until = last ?? position.seq;
  const isHere = isIn(after, until);
  return { after, until, decided: decided.filter(isHere), alone: ran.filter(isHere), completions: completions.filter(isHere) };
}

/** Whether the mode needs anything of the records behind one. */
export const countsBehind = ({ decided, strays, alone, completions }: DecidedTrail, after: number): boolean =>
  [...decided, ...strays, ...alone.values(), ...completions].some(({ seq }) => seq > after);

/** Up to which record of the proposals log it is kept; -1 where nothing is. */
export const keptUntil = (kept: readonly KeptDecisions[]): number => kept.at(-1)?.until ?? -1;

/** The checkpoints that stand in for removed records. */
const neededOf = ({ kept }: VesselTrail, { firstSeq }: DecidedTrail): readonly KeptDecisions[] =>
  kept.filter(({ after }) => after < (firstSeq ?? Number.POSITIVE_INFINITY) - 1);

/** How many of those nobody here has signed: what they keep, and what follows it, counts for nothing. */
export const strangeIn = (vessel: VesselTrail, proposals: DecidedTrail, isOwn: (checkpoint: KeptDecisions) => boolean): number =>
  neededOf(vessel, proposals).filter((checkpoint) => !isOwn(checkpoint)).length;

/**
 * What became of proposals of which only the end is there. A checkpoint that saw them whole says which were the vessel's own; of what none saw, an
 * approval counts for nothing and a rejection as one that nobody signed: not to know raises no mode, and takes none away.
 */
function placeStrays(decided: Map<string, Decided>, { strays }: DecidedTrail, kept: readonly KeptDecisions[]): void {
  const own = new Set(kept.flatMap((checkpoint) => checkpoint.decided.map(({ id }) => id)));
  const seen = keptUntil(kept);
  for (const { outcome, ...stray } of strays) {
    const { id, seq } = stray;
    if (outcome === 'dry_run') decided.delete(id);
    else if (own.has(id)) {
      if (outcome !== 'expired' || !decided.has(id)) decided.set(id, { ...stray, outcome });
    } else if (outcome === 'rejected' && seq > seen) decided.set(id, { ...stray, outcome, isClaim: true });
  }
}

/**
 * All that the trail says, also of records that retention has removed: those of the checkpoints stand in for them, and for no others. `isOwn` says
 * whether the brain signed one; behind the first that it did not sign nothing counts.
 */
export function wholeTrail(
  vessel: VesselTrail,
  proposals: DecidedTrail,
  isOwn: (checkpoint: KeptDecisions) => boolean = () => true,
): ModeTrail {
  const first = proposals.firstSeq ?? Number.POSITIVE_INFINITY;
  const needed = neededOf(vessel, proposals);
  const strange = needed.findIndex((checkpoint) => !isOwn(checkpoint));
  const kept = strange < 0 ? needed : needed.slice(0, strange);
  if (kept.length === 0 && proposals.strays.length === 0) return { vessel, proposals };
  const isGone = isIn(-1, first - 1);
  const decided = new Map(kept.flatMap((of) => of.decided.filter(isGone)).map((each) => [each.id, each] as const));
  for (const each of proposals.decided) decided.set(each.id, each);
  placeStrays(decided, proposals, kept);
  const ran = kept.flatMap(({ alone }) => alone.filter(isGone)).map(({ id, ...each }) => [id, each] as const);
  return {
    vessel,
    proposals: {
      ...proposals,
      // In the order in which it was said, as in the log itself.
      decided: [...decided.values()].sort((a, b) => a.seq - b.seq),
      alone: new Map([...proposals.alone, ...ran]),
      completions: [...kept.flatMap(({ completions }) => completions.filter(isGone)), ...proposals.completions],
    },
  };
}
