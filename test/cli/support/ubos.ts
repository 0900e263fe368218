import { PassThrough } from 'node:stream';
import type { Health } from '../../../src/client/health.js';
import type { Histories } from '../../../src/client/histories.js';
import type { ProposalClient } from '../../../src/client/proposals.js';
import type { VesselClient } from '../../../src/client/vessel.js';
import type { JanusConfig } from '../../../src/config/config.js';
import { charter } from '../../../src/domain/modes/settings.js';
import { charterLimits } from '../../../src/domain/action/limits.js';
import { run } from '../../../src/cli/run.js';
import { aTool } from '../../support/proposals/proposals.js';
import { anLlm } from '../../support/model/llm.js';
import { someOracles } from '../../support/oracles/oracles.js';
import { aClient } from './fake-client.js';
import { aVessel } from './fake-vessel.js';
import { noIntegrations } from './no-integrations.js';
import { now } from './views.js';

export function aConfig(change: Partial<JanusConfig> = {}, home = '/nonexistent/janus'): JanusConfig {
  const riskFloor = { writableGrant: 'medium', irreversible: 'medium', network: 'low' } as const;
  const at = (name: string) => `${home}/${name}`;
  return {
    agentFile: at('agent.yaml'),
    vesselId: 'janus-test',
    vesselName: 'balaur',
    host: 'host',
    operationalMode: 'alpha',
    amendments: 'recorded',
    ...noIntegrations(at),
    paths: {
      state: home,
      missionLog: at('mission_log.jsonl'),
      toolLog: at('tool_use.jsonl'),
      proposalsLog: at('proposals.jsonl'),
      approvalQueue: at('approval_queue.jsonl'),
      agentLog: at('agent.log'),
      intelCache: at('intel_cache'),
      workspaces: at('workspaces'),
      ledger: at('ledger'),
      keys: at('keys'),
      handsKeys: at('hands'),
      heads: at('heads'),
      egressControl: at('egress/control.sock'),
      egressSockets: at('workspaces/.egress'),
      emergencyStop: at('EMERGENCY_STOP'),
      controls: at('controls'),
      policy: at('policy.json'),
      adoptedPolicies: at('policies'),
      missionObjectives: at('mission_objectives.json'),
      playbooks: at('playbooks.json'),
      charter: at('charter.md'),
      allowedSigners: at('allowed_signers'),
      revokedSigners: at('revoked_signers'),
    },
    sandbox: { bwrapPath: '/usr/bin/bwrap', account: 'janus-no-such-account' },
    tools: [aTool()],
    allowedTools: ['shell'],
    allowedDomains: [],
    policy: { limits: charterLimits, allowNetwork: false, grants: [], minimumTiers: {}, riskFloor, preview: {} },
    harness: { concurrencyMax: 4, defaultTimeoutSeconds: 300, tickIntervalSeconds: 0.5 },
    controls: {
      governor: { enabled: true, proportionalGain: 0.2, integralGain: 0.05, targetBacklog: 0 },
      relief: { enabled: false, sampleSeconds: 30, cpuThreshold: 0.9, memoryThresholdMb: 28_000 },
      monitoring: { enabled: true, intervalSeconds: 30 },
      pauseAfterFailures: 3,
      rateLimits: {},
      networkRates: { perMinute: 30, perHour: 500 },
      killSwitch: { rollback: 'wait', violationsThreshold: 3, violationAction: 'immediate_stop' },
    },
    modes: { settings: charter, recommenders: ['claude', 'gemini', 'codex'], vetoSeconds: 900, exclude: [] },
    thinking: {
      ...{ enabled: true, intervalSeconds: 3_600, proposalsPerCycleMax: 3 },
      ...{ pendingProposalsMax: 10, playbooksEnabled: true, autonomous: false },
    },
    llm: anLlm(),
    oracles: someOracles(),
    catalogue: [],
    principles: [],
    cooldowns: { completedSeconds: 3_600, rejectedSeconds: 3_600 },
    approval: { timeoutSeconds: 86_400, onTimeout: 'expired', notificationScript: undefined, groups: ['first_citizen'] },
    audit: {
      heads: { intervalSeconds: 300, keyPath: at('heads.key'), secondPlace: undefined },
      bookkeeping: { enabled: true, hour: 3, minute: 10 },
      rotation: { bytes: 67_108_864, milliseconds: 2_592_000_000 },
      retentionDays: { tool_use: 365, proposals: undefined },
    },
    approvals: {
      ...{ signature: 'by_risk', allowedSigners: undefined, revokedSigners: at('revoked_signers') },
      ...{ groups: { first_citizen: ['first_citizen'] }, rules: [] },
      ...{ selfApproval: 'forbidden', modelOperators: [], breakGlass: undefined },
    },
    ...{ workspaceRetentionDays: 7, workspaceCleanup: true, playbooksRun: true, playbooksOffered: false },
    ...{ alertOn: [], metrics: { enabled: false, port: 9_464 }, restartOnFailure: true },
    ...{ traceProposals: false, workflowStacks: false, dryRun: false, verbose: false },
    policyVersion: '0123456789abcdef',
    ...change,
  };
}

export function aHealth(change: Partial<Health> = {}): Health {
  return {
    address: '127.0.0.1:7233',
    namespace: 'default',
    polled: { brain: true, mind: true, hands: true },
    escapement: { ticks: 100, missed: 1, jitterP50Ms: 0.2, jitterP99Ms: 3.5, emergencyStop: false, lastTickAt: '2026-01-02T11:59:59.700Z' },
    thinking: { paused: false, next: '2026-01-02T12:24:00.000Z' },
    ...change,
  };
}

const noHistories: Histories = {
  async *list() {},
  async *runsOf() {},
  read: async () => undefined,
  retention: async () => 86_400_000,
};

/** What a person does: waits until something is on the screen, then types. */
export interface Typing {
  readonly on: string;
  /** `end`: the terminal goes away. */
  readonly type: string | { readonly end: true };
  /** As often as it is on the screen, until what follows is. */
  readonly every?: true;
}

export interface Session {
  readonly client?: ProposalClient;
  readonly config?: JanusConfig | ((how?: object) => JanusConfig);
  readonly health?: Health | Error;
  readonly histories?: Histories;
  readonly vessel?: VesselClient;
  /** Both ends are a terminal; what is typed is consumed in order. */
  readonly keys?: readonly Typing[];
  /** What is piped into it, and then the end of it; absent: a pipe that nobody writes to or closes. */
  readonly piped?: string;
  /** Only this end is a terminal. */
  readonly tty?: 'stdin' | 'stdout';
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly called?: string;
  readonly signal?: AbortSignal;
  /** Hears all that was written so far, whenever something is. */
  readonly onOutput?: (stdout: string, stderr: string) => void;
}

export interface Played {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** What was not typed, because the screen never asked for it. */
  readonly untyped: number;
}

class FakeInput extends PassThrough {
  readonly isTTY: boolean;
  readonly raw: boolean[] = [];
  constructor(isTTY: boolean) {
    super();
    this.isTTY = isTTY;
  }
  setRawMode(on: boolean) {
    this.raw.push(on);
    return this;
  }
}

/** Runs one command line against fakes, as main.ts would against the process. */
export async function ubos(line: string | readonly string[], session: Session = {}): Promise<Played> {
  const argv = typeof line === 'string' ? line.split(' ').filter((word) => word !== '') : line;
  const { keys, tty, columns, rows, config = aConfig(), health = aHealth(), client = aClient() } = session;
  const waiting = [...(keys ?? [])];
  const stdin = new FakeInput(keys !== undefined || tty === 'stdin');
  if (session.piped !== undefined) stdin.end(session.piped);
  let seen = 0;
  const on = (each: Typing | undefined) => (each === undefined ? -1 : stdout.text.indexOf(each.on, seen));
  const type = () => {
    const [first, second] = waiting;
    if (first === undefined) return;
    if (first.every === true && on(second) >= 0) {
      waiting.shift();
      type();
      return;
    }
    const at = on(first);
    if (at < 0) return;
    seen = at + first.on.length;
    if (first.every !== true) waiting.shift();
    setImmediate(() => (typeof first.type === 'string' ? stdin.write(first.type) : stdin.end()));
  };
  const stdout = { text: '' };
  const terminal = {
    ...(columns !== undefined && { columns }),
    ...(rows !== undefined && { rows }),
    isTTY: keys !== undefined || tty === 'stdout',
    write: (text: string | Uint8Array) => {
      stdout.text += text.toString();
      session.onOutput?.(stdout.text, stderr.text);
      type();
      return true;
    },
    // For the line editor.
    on: () => undefined,
    off: () => undefined,
    removeListener: () => undefined,
  };
  const stderr = {
    text: '',
    write: (text: string | Uint8Array) => {
      stderr.text += text.toString();
      session.onOutput?.(stdout.text, stderr.text);
    },
  };
  const signal = session.signal ?? new AbortController().signal;
  const env = session.env ?? (keys === undefined ? {} : { NO_COLOR: '1' });
  const stuck = setTimeout(() => stdin.destroy(new Error(`the screen asks and nobody types:\n${stdout.text}`)), 10_000);
  const code = await run(
    {
      argv,
      stdin,
      stdout: terminal,
      stderr,
      env,
      cwd: session.cwd ?? '/',
      signal,
      now: () => now,
      ...(session.called !== undefined && { called: session.called }),
    },
    () => ({
      config: async (how) => (typeof config === 'function' ? config(how) : config),
      proposals: async () => client,
      health: async () => (health instanceof Error ? Promise.reject(health) : health),
      histories: async () => session.histories ?? noHistories,
      vessel: async () => session.vessel ?? aVessel(),
      close: async () => undefined,
    }),
  );
  clearTimeout(stuck);
  stdin.destroy();
  return { code, stdout: stdout.text, stderr: stderr.text, untyped: waiting.length };
}
