import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { parse, stringify } from 'yaml';
import { ensureHome } from '../../../scripts/lib/home.mjs';
import { writeProfile } from '../../../scripts/lib/dev-server.mjs';
import { endProcess, startWorker } from '../../../scripts/lib/worker-process.mjs';
import { ubosFile } from '../../../scripts/lib/ubos.mjs';
import type { TemporalClient } from '../../../src/client/connect.js';
import { connect } from '../../../src/client/connect.js';
import { createProposalClient } from '../../../src/client/proposals.js';
import { loadTemporalConnection } from '../../../src/client/temporal-connection.js';
import type { AuditRecord } from '../../../src/domain/trail/records.js';
import type { ProposalView } from '../../../src/contract/messages.js';
import { closeAtTheEnd } from '../closing.js';
import type { DevServer } from './dev-server.js';
import { temporalCli } from './dev-server.js';
import { until } from '../until.js';

export interface UbosResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface WorkerProcess {
  readonly pid: number;
  kill(): Promise<void>;
  /** SIGTERM, and wait for its end. */
  stop(): Promise<void>;
}

/**
 * A whole installation on a server: state folder, workers as processes, `ubos` and `temporal` as people use them. It is closed when the test file
 * is over.
 */
export interface Vessel {
  readonly home: string;
  readonly id: string;
  startWorker(role?: 'all' | 'brain' | 'hands' | 'guard'): Promise<WorkerProcess>;
  ubos(
    args: readonly string[],
    options?: { readonly input?: string; readonly env?: Readonly<Record<string, string>> },
  ): Promise<UbosResult>;
  /** `ubos approve` of what it shows now; nobody is asked in a pipe, so the digest is named. */
  approve(id: string, ...more: readonly string[]): Promise<UbosResult>;
  temporal(args: readonly string[]): Promise<UbosResult>;
  /** Proposes, and returns the id; the file may say anything that a proposal can say. */
  propose(proposal: Readonly<Record<string, unknown>>): Promise<string>;
  /** Looks by the client that `ubos` uses: a look is not a process. */
  view(id: string): Promise<ProposalView>;
  /** Resolves when the proposal has this status, or one of a kind. */
  reaches(id: string, status: string | ((status: ProposalView['status']) => boolean)): Promise<ProposalView>;
  records(log?: 'proposals' | 'tool_use' | 'mission_log'): Promise<AuditRecord[]>;
  /** Event types of one proposal's records, in order. */
  trail(id: string): Promise<string[]>;
}

export interface VesselSettings {
  readonly folder?: string;
  /** Changes to agent.yaml, section by section; what is no section replaces what stands there. */
  readonly agent?: Readonly<Record<string, Readonly<Record<string, unknown>> | string>>;
}

async function writeConfiguration(home: string, agent: VesselSettings['agent']): Promise<string> {
  const file = join(home, 'agent.yaml');
  const document = parse(await readFile(file, 'utf8')) as Record<string, unknown>;
  // A busy machine would hold back what these tests start: those about governor and relief valve ask for them.
  // Tests fail on purpose, more often than a vessel in earnest may.
  document['controls'] = { pause_after_failures: 1_000 };
  document['harness'] = { relief_enabled: false, enable_governor: false };
  for (const [section, values] of Object.entries(agent ?? {}))
    document[section] = typeof values === 'string' ? values : { ...(document[section] as object | undefined), ...values };
  await writeFile(file, stringify(document));
  return document['vessel_id'] as string;
}

/** One connection, made when it is first needed, and anew after one that failed: the server may have been killed. */
function looking(home: string, vessel: string): (id: string) => Promise<ProposalView> {
  let connection: Promise<TemporalClient> | undefined;
  const hangUp = async () => {
    const gone = connection;
    connection = undefined;
    await (await gone?.catch(() => undefined))?.close();
  };
  closeAtTheEnd(hangUp);
  return async (id) => {
    connection ??= connect(loadTemporalConnection({}, home), { refusalsMax: 1 });
    try {
      return await createProposalClient({ temporal: await connection, vessel, approvalSeconds: 86_400 }).view(id);
    } catch (error) {
      await hangUp();
      throw error;
    }
  };
}

/** For a worker to drain at the end of a test file; then it is killed. */
const endMilliseconds = 5_000;

export async function openVessel(server: DevServer, { folder, agent }: VesselSettings = {}): Promise<Vessel> {
  const home = folder ?? (await mkdtemp(join(tmpdir(), 'janus-home-')));
  closeAtTheEnd(() => rm(home, { recursive: true, force: true }));
  await mkdir(home, { recursive: true });
  await chmod(home, 0o711);
  ensureHome(home);
  const id = await writeConfiguration(home, agent);
  writeProfile(home, { address: server.address, namespace: 'default' });
  const env = { ...process.env, JANUS_HOME: home, NODE_OPTIONS: '' };
  const run: (file: string, args: readonly string[], options?: Parameters<Vessel['ubos']>[1]) => Promise<UbosResult> = async (
    file,
    args,
    { input = '', env: more } = {},
  ) => {
    const { exitCode, stdout, stderr } = await execa(file, [...args], { env: { ...env, ...more }, input, reject: false, cwd: home });
    return { exitCode: exitCode ?? -1, stdout, stderr };
  };
  const ubos: Vessel['ubos'] = (args, options) => run(process.execPath, [ubosFile, ...args], options);
  const view = looking(home, id);
  const records: Vessel['records'] = async (log = 'proposals') =>
    (await readFile(join(home, `${log}.jsonl`), 'utf8').catch(() => '')).split('\n').flatMap((line) => {
      try {
        return [JSON.parse(line) as AuditRecord];
      } catch {
        // A torn line, sealed by the record after it; and the nothing behind the last newline.
        return [];
      }
    });
  let files = 0;
  return {
    home,
    id,
    view,
    ubos,
    approve: async (proposal, ...more) => ubos(['approve', proposal, '--digest', (await view(proposal)).digest ?? '', ...more]),
    records,
    temporal: (args) => run(temporalCli(), [...args, '--address', server.address]),
    startWorker: async (role = 'all') => {
      const { child, ready, closed } = startWorker({ env, args: ['--role', role] });
      const end = async (signal: NodeJS.Signals) => {
        child.kill(signal);
        await closed;
      };
      closeAtTheEnd(() => endProcess(child, closed, { milliseconds: endMilliseconds }));
      await ready;
      return { pid: child.pid ?? 0, kill: () => end('SIGKILL'), stop: () => end('SIGTERM') };
    },
    propose: async (proposal) => {
      const file = join(home, `proposal-${(files += 1)}.json`);
      await writeFile(file, JSON.stringify(proposal));
      const { stdout, stderr } = await ubos(['propose', '-f', file, '--json']);
      const { proposal_id: proposed, status } = JSON.parse(stdout || '{}') as { proposal_id?: string; status?: string };
      if (proposed === undefined || status !== 'proposed') throw new Error(`not proposed: ${stdout}${stderr}`);
      return proposed;
    },
    reaches: (proposal, wanted) => {
      const isIt = typeof wanted === 'string' ? (status: string) => status === wanted : wanted;
      const look = async () => {
        const found = await view(proposal);
        return isIt(found.status) ? found : undefined;
      };
      // Next to every status is a line of the trail; what is not there is found a second later.
      return until(`${proposal} is ${typeof wanted === 'string' ? wanted : wanted.name}`, look, { watched: home });
    },
    trail: async (proposal) => (await records()).flatMap(({ action_id, event_type }) => (action_id === proposal ? [event_type] : [])),
  };
}
