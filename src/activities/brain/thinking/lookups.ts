import type { Gathered } from '../../../contract/cycle.js';
import type { LookupTicket, LookupsIssued } from '../../../contract/lookups.js';
import type { ThinkingActivities } from '../../../contract/thinking.js';
import type { AskingRun } from '../../../domain/approval/own-word.js';
import { lookupTicketText } from '../../../domain/approval/own-word.js';
import { answeredEntry, askedEntry, whyNotLookedUp } from '../../../domain/oracles/calls.js';
import type { Wanted } from '../../../domain/oracles/wanted.js';
import { queryProblem } from '../../../domain/oracles/query.js';
import { isOwnVouched } from '../../shared/vouched.js';
import type { BrainDependencies, LookupLimits } from '../dependencies.js';
import { isOwnCycle, ownWordOf } from '../mission-records.js';

type LookupsRequest = Parameters<ThinkingActivities['issueLookups']>[0];

/** Between the ticket and its use a queue may stand, and a worker may start. */
const useSeconds = 300;

const idsOf = ({ firstRunId }: AskingRun) => `cycle/${firstRunId}/oracle/`;

/** What nobody may be asked in this cycle at all; undefined where somebody may. */
async function whyNone(deps: BrainDependencies, request: LookupsRequest): Promise<string | undefined> {
  if (!isOwnCycle(deps, request)) return 'no Schedule of this vessel started it';
  if (!isOwnVouched(ownWordOf(deps), request.identity, 'gathered', request.gathered)) return 'this vessel did not sign what was gathered';
  if (!deps.thinking.autonomous) return 'thinking_cycle.enable_autonomous_proposals is false';
  return deps.emergencyStop();
}

/** The ticket of one lookup, with its record; or the reason why there is none. Asked again it gives the same one. */
async function issueOne(
  deps: BrainDependencies,
  { run, id, lookup, limits }: { readonly run: AskingRun; readonly id: string; readonly lookup: Wanted; readonly limits: LookupLimits },
): Promise<LookupTicket | { readonly why: string }> {
  const { oracle, query, missionId } = lookup;
  let why = queryProblem(lookup);
  if (why === undefined && (await deps.trail.find('mission_log', id)) === undefined)
    await deps.trail.decide('mission_log', () => {
      why = whyNotLookedUp(limits.calls.snapshot(), oracle, limits.dailyMax, deps.now());
      return why === undefined ? askedEntry(id, lookup, `mission ${missionId}`) : undefined;
    });
  if (why !== undefined) return { why };
  const asked = Date.parse((await deps.trail.find('mission_log', id))?.timestamp ?? '');
  if (Number.isNaN(asked)) throw new TypeError(`the record ${id} is not there`);
  const expiresAt = new Date(asked + (useSeconds + limits.seconds) * 1_000).toISOString();
  const ticket = { id, oracle, query, expiresAt, seconds: limits.seconds };
  return { ...ticket, signature: deps.orders.vouch(lookupTicketText(deps.self, run, ticket)) };
}

/** Lookups of missions, paid for before they are made, as a question to the model is (spec T8). */
export async function issueLookups(deps: BrainDependencies, request: LookupsRequest): Promise<LookupsIssued> {
  const { identity, gathered } = request;
  const { lookups: limits } = deps.thinking;
  const none = limits === undefined ? 'integrations.oracle_trinity.enabled is false' : await whyNone(deps, request);
  const wanted = gathered.found.lookups ?? [];
  const tickets: LookupTicket[] = [];
  const refused: (Wanted & { readonly why: string })[] = [];
  for (const [index, lookup] of wanted.entries()) {
    const why = none ?? (index < (limits?.perCycleMax ?? 0) ? undefined : 'as many as one cycle may make were made');
    const issued =
      why === undefined && limits
        ? await issueOne(deps, { run: identity, id: `${idsOf(identity)}${index}`, lookup, limits })
        : { why: why ?? '' };
    if ('signature' in issued) tickets.push(issued);
    else refused.push({ ...lookup, why: issued.why });
  }
  return { kind: 'lookups', tickets, refused };
}

/** What became of the lookups of a run. */
export async function recordLookups(deps: BrainDependencies, request: LookupsRequest) {
  const { identity, gathered } = request;
  const refused = (why: string) => ({ kind: 'refused', why }) as const;
  if (!isOwnCycle(deps, request)) return refused('no Schedule of this vessel started it');
  if (!isOwnVouched(ownWordOf(deps), identity, 'gathered', gathered)) return refused('this vessel did not sign what the oracles answered');
  const { lookedUp = [] }: Gathered = gathered.found;
  const entries = lookedUp.filter(({ id }) => id.startsWith(idsOf(identity))).map(({ id, answer }) => answeredEntry(id, answer));
  const last = entries.pop();
  if (last === undefined) return refused('nothing was looked up');
  return { kind: 'recorded', receipt: await deps.trail.append('mission_log', ...entries, last) } as const;
}
