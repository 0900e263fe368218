import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { JanusConfig } from '../../../src/config/config.js';
import type { VitalSigns } from '../../../src/domain/health/vital-signs.js';
import { fill, useFolders } from '../../support/folders.js';
import { aRecord } from '../../support/trail/records.js';
import { guarded } from '../../support/guarded.js';
import { aConfig, aHealth, ubos } from '../support/ubos.js';
import { now } from '../support/views.js';

const folder = useFolders();

const vitals = (change: Partial<VitalSigns> = {}) => {
  const at = now.toISOString();
  const signs: VitalSigns = {
    ...{ role: 'all', pid: 1, startTicks: '0', startedAt: at, at, policyVersion: aConfig().policyVersion },
    ...{ hasSigners: false, lastTickAt: at, troubles: [], ...change },
  };
  return JSON.stringify(signs);
};
const sound = { 'agent.yaml': '', 'policy.json': '{}', 'vitals/all-1.json': vitals(), ...guarded() };

interface Machine {
  readonly files?: Readonly<Record<string, string>>;
  readonly prepare?: (home: string) => void;
  readonly config?: (home: string) => Partial<JanusConfig>;
}

async function told({ files = {}, prepare, config }: Machine, command: string) {
  const home = fill(folder(), { ...sound, ...files });
  prepare?.(home);
  const played = await ubos(command, { config: aConfig(config?.(home), home), health: aHealth() });
  return { ...played, wrong: (JSON.parse(played.stdout) as { findings: { id?: string; ok: boolean }[] }).findings.filter(({ ok }) => !ok) };
}

const hook = (home: string) => ({ approval: { ...aConfig().approval, notificationScript: join(home, 'notify') } });

const machines: readonly (readonly [string, string, Machine])[] = [
  ['as it should be', 'nothing', {}],
  ['where the list of keys is gone', 'keys', { files: { 'keys/signatures-asked-for': '/x\n' } }],
  ['whose worker holds another configuration', 'configuration', { files: { 'vitals/all-1.json': vitals({ policyVersion: 'another' }) } }],
  ['with broken playbooks', 'configuration', { files: { 'playbooks.json': '{' } }],
  ['with missions that are a folder', 'configuration', { prepare: (home) => mkdirSync(join(home, 'mission_objectives.json')) }],
  ['whose policy everybody may write', 'permissions', { prepare: (home) => chmodSync(join(home, 'policy.json'), 0o666) }],
  [
    'whose script everybody may write',
    'permissions',
    { files: { notify: '#!/bin/sh\n' }, prepare: (home) => chmodSync(join(home, 'notify'), 0o777), config: hook },
  ],
  ['whose script nobody may execute', 'hooks', { files: { notify: '#!/bin/sh\n' }, config: hook }],
  ['without a guard', 'guard', { prepare: (home) => rmSync(join(home, 'controls/guard.json')) }],
  ['with an emergency stop', 'emergency_stop', { files: { EMERGENCY_STOP: '' } }],
  [
    'whose trail takes no records',
    'trail',
    { files: { 'vitals/all-1.json': vitals({ troubles: [{ fact: 'trail', of: '/p', why: 'ENOSPC', since: now.toISOString() }] }) } },
  ],
];

describe('a machine (spec O3)', () => {
  it.each(machines)('%s: status and its exit code say %s', async (_, fact, machine) => {
    const { code, wrong } = await told(machine, 'status --json --exit-code');
    expect(wrong.map(({ id }) => id)).toEqual(fact === 'nothing' ? [] : [fact]);
    expect(code).toBe(fact === 'nothing' ? 0 : 9);
  });

  it.each(machines)('%s: doctor says the same', async (_, fact, machine) => {
    const { wrong } = await told(machine, 'doctor --json');
    // Whether this machine has a sandbox is another matter.
    const facts = (wrong as unknown as { what: string }[]).map(({ what }) => what).filter((what) => what !== 'sandbox');
    expect(facts).toEqual(fact === 'nothing' ? [] : [fact.replace('_', ' ')]);
  });

  it.each(['status --json --exit-code', 'doctor --json'])(
    '%s: a stop is on record, whoever removed file and mark (spec K1)',
    async (command) => {
      const stop = aRecord(0, 'emergency_stop', { log: 'mission_log', action_id: undefined, stop: 'stop-0123456789ab', reason: 'smoke' });
      const { code, stdout } = await told({ files: { 'mission_log.jsonl': `${JSON.stringify(stop)}\n` } }, command);
      expect(stdout).toContain('ubos resume stop-0123456789ab --reason');
      expect(code).toBe(9);
    },
  );

  it('says in words what can be typed', async () => {
    const home = fill(folder(), sound);
    chmodSync(join(home, 'policy.json'), 0o666);
    const { stdout } = await ubos('status', { config: aConfig({}, home), columns: 300 });
    expect(stdout).toContain('not healthy');
    expect(stdout).toContain(
      `policy.json may be written by everybody: whoever does rules this vessel · chmod go-w ${join(home, 'policy.json')}`,
    );
  });
});
