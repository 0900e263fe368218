import type { Permit } from '../../domain/action/permit.js';
import type { ExecutionPlan, PlannedCommand } from '../../domain/action/plan.js';
import { JanusError } from '../../domain/errors.js';
import { whyLooser, whyTooLow } from '../../domain/modes/grant.js';
import { isHigher } from '../../domain/modes/mode.js';
import { assertApproved } from '../shared/approvals.js';
import { grantNow } from '../shared/granting.js';
import type { HandsDependencies, OwnGrants } from './dependencies.js';

/** People read it as the reason of the end: what their hands allow less than their brain is a difference of two configurations. */
const refused = (why: string) =>
  new JanusError(
    'PERMIT_REFUSED',
    `no mode consents to it here: ${why}. Nothing was started: let agent.yaml, policy.json and playbooks say the same to brain and hands, and restart both`,
  );

/** People who approve a plan have read what it starts. Where nobody has, it has to be what this host's registry says that its tools are. */
async function assertOwnTools({ tools, programs }: OwnGrants, { steps, rollback, probe }: ExecutionPlan): Promise<void> {
  const installed = await programs();
  const isOwn = ({ tool: name, path, args }: PlannedCommand) => {
    const [tool, program] = [tools.find((each) => each.name === name), installed[name]];
    const fixed = tool?.command.slice(1);
    return (
      program !== undefined && 'path' in program && program.path === path && fixed?.every((word, index) => args[index] === word) === true
    );
  };
  const other = [...steps, ...rollback, ...(probe === undefined ? [] : [probe])].find((command) => !isOwn(command));
  if (other !== undefined) throw refused(`${other.path} is not ${other.tool} of this host's registry`);
}

/**
 * The hands' own look at a start that nobody approved (spec T7): the brain signed which mode consents; whether such a mode may consent to such an action,
 * to this playbook, at all, hands say by their own configuration, their own registry and the approvals of people. Throws PERMIT_REFUSED.
 */
async function assertGranted({ ownGrants }: HandsDependencies, { permit: { grant }, plan }: Started): Promise<void> {
  const frozen = plan.approval.grant;
  if (grant === undefined || frozen === undefined) throw refused('its terms ask for people');
  const { ceiling } = ownGrants.settings;
  if (isHigher(grant.mode, ceiling)) throw refused(`operational_mode allows ${ceiling} on this host, and the brain says ${grant.mode}`);
  const low = whyTooLow(frozen, grant.mode);
  if (low !== undefined) throw refused(low);
  const own = await grantNow(ownGrants, { plan, isOwn: true, outsideSources: [], playbook: frozen.playbook });
  const looser = whyLooser(frozen, own);
  if (looser !== undefined) throw refused(looser);
  await assertOwnTools(ownGrants, plan);
}

interface Started {
  readonly permit: Permit;
  readonly plan: ExecutionPlan;
}

/** Somebody consented: people, whose approvals hold here too, or a mode that may. Throws PERMIT_REFUSED. */
export const assertConsented = (deps: HandsDependencies, start: Started, approvals: unknown): Promise<void> =>
  start.permit.grant === undefined ? assertApproved(deps, start, approvals) : assertGranted(deps, start);
