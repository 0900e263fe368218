import { JanusError } from '../../domain/errors.js';
import type { ExecutionPlan } from '../../domain/action/plan.js';
import type { RiskFloor } from '../../domain/action/reach.js';
import { belowFloor } from '../../domain/action/reach.js';

/** From the configuration of this host. */
export interface OwnRisk {
  readonly floor: Partial<RiskFloor>;
  /** Tools that this host's registry declares `reversible: false`. */
  readonly irreversible: readonly string[];
}

/**
 * The hands' own look at what the plan reaches (spec C6): a brain that calls it a smaller risk than it is asks fewer people for it. Only for what
 * is to start: what has started is settled and undone whatever a policy has come to say since. Throws PERMIT_REFUSED.
 */
export function assertFloor({ ownRisk }: { readonly ownRisk: OwnRisk }, plan: ExecutionPlan): void {
  const { steps, rollback, probe, risk } = plan;
  const tools = new Set([...steps, ...rollback, ...(probe === undefined ? [] : [probe])].map(({ tool }) => tool));
  const irreversible = [...new Set([...(plan.irreversible ?? []), ...ownRisk.irreversible.filter((name) => tools.has(name))])];
  const below = belowFloor(risk, { ...plan, irreversible }, ownRisk.floor);
  if (below.length > 0) throw new JanusError('PERMIT_REFUSED', `its risk is too low for this host: ${below.join('; ')}`);
}
