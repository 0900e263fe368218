import type { Context } from '../command.js';
import { connectionEnv, textOf, vesselOf } from '../command.js';
import type { Wire } from '../run.js';
import type { TemporalClient } from '../../client/connect.js';

/** Loads each part when it is first asked for: a command that needs no server never loads its client. */
export const wire: Wire = ({ env, cwd }, { values }) => {
  let connection: Promise<TemporalClient> | undefined;
  let loaded: ReturnType<Context['config']> | undefined;
  const load: Context['config'] = async () => {
    const { loadConfig } = await import('../../config/load.js');
    return loadConfig({ agentFile: textOf(values, 'config'), env, cwd });
  };
  const config: Context['config'] = () => (loaded ??= load());
  const temporal = async () => {
    const [{ connect }, { loadTemporalConnection }, { paths }] = await Promise.all([
      import('../../client/connect.js'),
      import('../../config/temporal.js'),
      config(),
    ]);
    return (connection ??= connect(loadTemporalConnection(connectionEnv(env, values), paths.state)));
  };
  return {
    config,
    proposals: async () => {
      const [{ createProposalClient }, settings] = await Promise.all([import('../../client/proposals.js'), config()]);
      return createProposalClient({
        temporal: await temporal(),
        vessel: vesselOf(values, settings),
        approvalSeconds: settings.approval.timeoutSeconds,
      });
    },
    health: async () => {
      const [{ readHealth }, settings] = await Promise.all([import('../../client/health.js'), config()]);
      return readHealth(await temporal(), vesselOf(values, settings), settings.host);
    },
    histories: async () => {
      const [{ createHistories }, settings] = await Promise.all([import('../../client/histories.js'), config()]);
      return createHistories(await temporal(), vesselOf(values, settings));
    },
    close: async () => {
      await (await connection?.catch((): undefined => undefined))?.close();
    },
  };
};
