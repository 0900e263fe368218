import type { JanusConfig } from '../../../config/config.js';
import type { Context } from '../../command.js';
import { signingKey } from '../decide/signing-key.js';
import type { Found } from './finding.js';
import { knownKeys } from '../keys/known-keys.js';

const modes: Readonly<Record<JanusConfig['approvals']['signature'], string>> = {
  required: 'every decision must be signed',
  by_risk: 'decisions of medium and high risk must be signed',
  optional: 'what is signed is verified, and nothing must be',
  off: 'nothing is verified: whoever reaches the Temporal server decides, under any name',
};

/** Which mode holds: `by_risk` demands nothing while there are no keys. */
function mode({ approvals }: JanusConfig): Found {
  const { signature, allowedSigners, rules } = approvals;
  const asked = rules.filter((rule) => rule.signature !== undefined).length;
  const own = asked === 0 ? '' : `; ${asked} rules say otherwise`;
  if (signature === 'by_risk' && allowedSigners === undefined)
    return { ok: true, detail: `by_risk, but there are no keys yet, so ${modes.off}${own}`, next: 'ubos keys init, then ubos keys add' };
  const next = signature === 'off' ? { next: 'set approvals.signature to by_risk' } : {};
  return { ok: true, detail: `${signature}: ${modes[signature]}${own}`, ...next };
}

/** Whether signatures are asked for, whose count, and whether they can be verified here. */
export async function examineSignatures(context: Context): Promise<Found[]> {
  const config = await context.config();
  const { hasSshKeygen, sshVersion } = await import('../../../adapters/signatures/ssh-version.js');
  const [there, version] = await Promise.all([hasSshKeygen(), sshVersion().catch((): undefined => undefined)]);
  const keys = await knownKeys(config, context);
  const own = await signingKey(context, {});
  const valid = keys.filter(({ state }) => state === 'valid');
  const persons = new Set(valid.filter(({ mayApprove }) => mayApprove).map(({ principal }) => principal));
  const verified = config.approvals.signature !== 'off' && config.approvals.allowedSigners !== undefined;
  return [
    mode(config),
    ...(there
      ? [{ ok: true, detail: `ssh-keygen is there (${version ?? 'version unknown'})` }]
      : [
          { ok: !verified, detail: 'ssh-keygen is missing: no signature can be made or verified', next: 'sudo apt install openssh-client' },
        ]),
    {
      ok: !verified || persons.size > 0,
      detail: `${valid.length} of ${keys.length} keys are valid, for ${persons.size === 0 ? 'nobody' : [...persons].join(', ')}`,
      ...(verified && persons.size === 0 && { next: 'nobody can sign: ubos keys add' }),
    },
    ...(own === undefined ? [] : [{ ok: true, detail: `you sign as ${own.principal} with ${own.file}` }]),
  ];
}
