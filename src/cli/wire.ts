import type { Context } from './command.js';
import { textOf } from './command.js';
import type { Wire } from './run.js';
import type { TemporalClient } from '../client/connect.js';

/** Loads each part when it is first asked for: a command that needs no server never loads its client. */
export const wire: Wire = ({ env, cwd }, { values }) => {
  let connection: Promise<TemporalClient> | undefined;
  const connectionEnv = {
    ...env,
    ...(textOf(values, 'address') !== undefined && { TEMPORAL_ADDRESS: textOf(values, 'address') }),
    ...(textOf(values, 'namespace') !== undefined && { TEMPORAL_NAMESPACE: textOf(values, 'namespace') }),
    ...(textOf(values, 'profile') !== undefined && { TEMPORAL_PROFILE: textOf(values, 'profile') }),
  };
  const config: Context['config'] = async () => {
    const { loadConfig } = await import('../config/load.js');
    return loadConfig({ agentFile: textOf(values, 'config'), env, cwd });
  };
  const temporal = async () => {
    const [{ connect }, { loadTemporalConnection }, { paths }] = await Promise.all([
      import('../client/connect.js'),
      import('../config/temporal.js'),
      config(),
    ]);
    return (connection ??= connect(loadTemporalConnection(connectionEnv, paths.state)));
  };
  return {
    config,
    proposals: async () => {
      const [{ createProposalClient }, { vesselId, approval }] = await Promise.all([import('../client/proposals.js'), config()]);
      return createProposalClient({ temporal: await temporal(), vessel: vesselId, approvalSeconds: approval.timeoutSeconds });
    },
    health: async () => {
      const [{ readHealth }, { vesselId, host }] = await Promise.all([import('../client/health.js'), config()]);
      return readHealth(await temporal(), vesselId, host);
    },
    close: async () => {
      await (await connection?.catch((): undefined => undefined))?.close();
    },
  };
};
