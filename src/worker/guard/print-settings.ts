import { parseArgs } from 'node:util';
import { currentActionAccount } from '../../adapters/sandbox/profile/account.js';
import { loadConfig } from '../../config/load.js';
import { JanusError } from '../../domain/errors.js';

// A program of its own, which the guard runs once at its start: it reads agent.yaml as every role does and prints what the guard needs of it, so that the
// guard itself holds neither the reader of YAML nor zod for as long as it lives.
try {
  const { values } = parseArgs({ options: { config: { type: 'string' } } });
  const { paths, host, sandbox } = loadConfig({ agentFile: values.config, env: process.env, cwd: process.cwd() });
  const { emergencyStop, controls, egressControl, workspaces } = paths;
  const uids = [currentActionAccount(sandbox.account).uid];
  process.stdout.write(`${JSON.stringify({ emergencyStop, controls, egressControl, workspaces, uids, host })}\n`);
} catch (error) {
  const known = error instanceof JanusError;
  process.stdout.write(
    `${JSON.stringify({ code: known ? error.code : 'CONFIG_INVALID', message: (error as Error).message, next: known ? error.next : undefined })}\n`,
  );
  process.exitCode = 2;
}
