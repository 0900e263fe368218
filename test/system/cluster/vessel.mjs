import { appendFileSync, chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureHome } from '../../../scripts/lib/home.mjs';
import { ubos } from '../../../scripts/lib/ubos.mjs';
import { endProcess, startWorker } from '../../../scripts/lib/worker-process.mjs';

/** What a call to `ubos` answered, where it had to succeed. */
function valueOf({ code, value, stdout, stderr }) {
  if (code !== 0) throw new Error(`ubos ended with ${code}: ${stdout}${stderr}`.slice(-600));
  return value;
}

/** A vessel of its own below `folder`, which finds its server by this profile. */
export function makeVessel(folder, name, profile) {
  const home = join(folder, name);
  ensureHome(home);
  chmodSync(home, 0o711);
  // A busy machine would hold back what this tries.
  appendFileSync(join(home, 'agent.yaml'), 'harness: { relief_enabled: false, enable_governor: false }\n');
  const env = { ...process.env, JANUS_HOME: home, TEMPORAL_CONFIG_FILE: profile, NODE_OPTIONS: '' };
  for (const variable of ['TEMPORAL_ADDRESS', 'TEMPORAL_NAMESPACE', 'TEMPORAL_PROFILE', 'TEMPORAL_API_KEY']) delete env[variable];
  let worker;
  const asked = async (...args) => valueOf(await ubos(args, { env }));
  const vessel = {
    home,
    id: /^vessel_id: (\S+)/m.exec(readFileSync(join(home, 'agent.yaml'), 'utf8'))?.[1],
    asked,
    /** From now on by this profile. */
    use: (file) => void (env.TEMPORAL_CONFIG_FILE = file),
    /** The same vessel, by the profile of somebody else. */
    as: (file, ...args) => ubos(args, { env: { ...env, TEMPORAL_CONFIG_FILE: file } }),
    async work(script) {
      worker = startWorker({ env, ...(script !== undefined && { script }) });
      await worker.ready;
    },
    /** What a worker with this profile ends with. */
    async workAs(file) {
      const { ready, closed } = startWorker({ env: { ...env, TEMPORAL_CONFIG_FILE: file } });
      const { code, message } = await ready.then(
        () => ({ code: 0, message: 'it polls' }),
        (error) => error,
      );
      await closed;
      return { code, message };
    },
    async rest(signal) {
      if (worker !== undefined) await endProcess(worker.child, worker.closed, { signal });
      worker = undefined;
    },
    async propose(command) {
      const file = join(home, 'proposal.json');
      const document = {
        mission_context: 'Keep the vessel healthy',
        action_type: 'disk_report',
        rationale: 'Somebody should look at how full the disk is before it is full.',
        expected_outcome: 'A table of file systems',
        risk_level: 'low',
        risk_mitigation: 'Reads only',
        rollback_plan: '',
        tool_name: 'shell',
        tool_args: [command],
      };
      writeFileSync(file, JSON.stringify(document));
      return (await asked('propose', '-f', file)).proposal_id;
    },
    show: (id) => asked('proposals', 'show', id),
    /** Says yes to what it shows now, and waits for the end, which has to be a good one. */
    async approve(id) {
      const { digest } = await vessel.show(id);
      return asked('approve', id, '--digest', digest, '--wait', '--timeout', '60s');
    },
    list: async () => (await asked('proposals', 'list', '--all')).proposals.map(({ proposal_id: id }) => id),
  };
  return vessel;
}
