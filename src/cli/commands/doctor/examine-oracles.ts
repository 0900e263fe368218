import { egressHint } from '../../../domain/units.js';
import { oracleNames } from '../../../domain/oracles/oracle.js';
import type { Context } from '../../command.js';
import type { Found } from './finding.js';

/** Whether each oracle has a key and a way to be asked (spec T8). Nothing is spent: no question is put. */
export async function examineOracles(context: Context): Promise<Found[]> {
  const { oracles, paths } = await context.config();
  if (!oracles.enabled) return [{ ok: true, detail: 'integrations.oracle_trinity.enabled is false: nobody is asked' }];
  const { readKey } = await import('../../../adapters/outbound/key-file.js');
  const { createEgressClient } = await import('../../../adapters/egress/egress-client.js');
  const hasWayOut = await createEgressClient(paths.egressControl).isAvailable();
  return Promise.all(
    oracleNames.map(async (name): Promise<Found> => {
      const { baseUrl, keyFile, isLocal } = oracles.endpoints[name];
      // Who wants two of the three says nothing of the third: that is no mistake.
      if (keyFile === undefined) return { ok: true, detail: `${name}: unavailable, no key at integrations.oracle_trinity.keys.${name}` };
      const key = await readKey(keyFile);
      if ('why' in key) return { ok: false, detail: `${name}: unavailable, ${key.why}`, next: `chmod 600 ${keyFile}` };
      const place = `${name}: ${baseUrl}, at most ${oracles.dailyMax[name]} times a day`;
      if (isLocal) return { ok: true, detail: place };
      return hasWayOut
        ? { ok: true, detail: `${place}, through janus-egress; not asked here` }
        : { ok: false, detail: `${name}: janus-egress does not answer at ${paths.egressControl}`, next: egressHint };
    }),
  );
}
