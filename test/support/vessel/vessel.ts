import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { parse, stringify } from 'yaml';
import { ensureHome } from '../../../scripts/lib/home.mjs';
import { writeProfile } from '../../../scripts/lib/dev-server.mjs';
import { startWorker } from '../../../scripts/lib/worker-process.mjs';
import { ubosFile } from '../../../scripts/lib/ubos.mjs';
import type { AuditRecord } from '../../../src/domain/trail/logs.js';
import type { ProposalView } from '../../../src/contract/messages.js';
import type { SnakeKeys } from '../../../src/domain/text/key-case.js';
import { camelKeys } from '../../../src/domain/text/key-case.js';
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

/** A whole installation on a server: state folder, workers as processes, `ubos` and `temporal` as people use them. */
export interface Vessel {
  readonly home: string;
  readonly id: string;
  startWorker(role?: 'all' | 'brain' | 'hands'): Promise<WorkerProcess>;
  ubos(
    args: readonly string[],
    options?: { readonly input?: string; readonly env?: Readonly<Record<string, string>> },
  ): Promise<UbosResult>;
  /** `ubos approve` of what it shows now; nobody is asked in a pipe, so the digest is named. */
  approve(id: string, ...more: readonly string[]): Promise<UbosResult>;
  temporal(args: readonly string[]): Promise<UbosResult>;
  /** Proposes, and returns the id; the file may say anything that a proposal can say. */
  propose(proposal: Readonly<Record<string, unknown>>): Promise<string>;
  view(id: string): Promise<ProposalView>;
  /** Resolves when the proposal has this status. */
  reaches(id: string, status: string, seconds?: number): Promise<ProposalView>;
  records(log?: 'proposals' | 'tool_use' | 'mission_log'): Promise<AuditRecord[]>;
  /** Event types of one proposal's records, in order. */
  trail(id: string): Promise<string[]>;
  close(): Promise<void>;
}

export interface VesselSettings {
  readonly folder?: string;
  /** Changes to agent.yaml, section by section. */
  readonly agent?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

async function writeConfiguration(home: string, agent: VesselSettings['agent']): Promise<string> {
  const file = join(home, 'agent.yaml');
  const document = parse(await readFile(file, 'utf8')) as Record<string, unknown>;
  for (const [section, values] of Object.entries(agent ?? {}))
    document[section] = { ...(document[section] as object | undefined), ...values };
  await writeFile(file, stringify(document));
  return document['vessel_id'] as string;
}

export async function openVessel(server: DevServer, { folder, agent }: VesselSettings = {}): Promise<Vessel> {
  const home = folder ?? (await mkdtemp(join(tmpdir(), 'janus-home-')));
  await mkdir(home, { recursive: true });
  await chmod(home, 0o711);
  ensureHome(home);
  const id = await writeConfiguration(home, agent);
  writeProfile(home, { address: server.address, namespace: 'default' });
  const env = { ...process.env, JANUS_HOME: home, NODE_OPTIONS: '' };
  const workers: WorkerProcess[] = [];
  const run: (file: string, args: readonly string[], options?: Parameters<Vessel['ubos']>[1]) => Promise<UbosResult> = async (
    file,
    args,
    { input = '', env: more } = {},
  ) => {
    const { exitCode, stdout, stderr } = await execa(file, [...args], { env: { ...env, ...more }, input, reject: false, cwd: home });
    return { exitCode: exitCode ?? -1, stdout, stderr };
  };
  const ubos: Vessel['ubos'] = (args, options) => run(process.execPath, [ubosFile, ...args], options);
  const view: Vessel['view'] = async (proposal) => {
    const { stdout, stderr } = await ubos(['proposals', 'show', proposal, '--json']);
    if (stdout === '') throw new Error(stderr);
    return camelKeys<ProposalView>(JSON.parse(stdout) as SnakeKeys<ProposalView>);
  };
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
      const worker = { pid: child.pid ?? 0, kill: () => end('SIGKILL'), stop: () => end('SIGTERM') };
      workers.push(worker);
      await ready;
      return worker;
    },
    propose: async (proposal) => {
      const file = join(home, `proposal-${(files += 1)}.json`);
      await writeFile(file, JSON.stringify(proposal));
      const { stdout, stderr } = await ubos(['propose', '-f', file, '--json']);
      const { proposal_id: proposed, status } = JSON.parse(stdout || '{}') as { proposal_id?: string; status?: string };
      if (proposed === undefined || status !== 'proposed') throw new Error(`not proposed: ${stdout}${stderr}`);
      return proposed;
    },
    reaches: (proposal, status, seconds = 30) =>
      until(`${proposal} is ${status}`, seconds, async () => {
        const found = await view(proposal);
        return found.status === status ? found : undefined;
      }),
    trail: async (proposal) => (await records()).flatMap(({ action_id, event_type }) => (action_id === proposal ? [event_type] : [])),
    close: async () => {
      for (const worker of workers) await worker.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
}
