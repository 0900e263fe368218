import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { KeyFiles } from '../../src/adapters/permit/key-pair.js';
import { createVouchers, ensurePermitKeys } from '../../src/adapters/permit/create-permits.js';
import type { GrantRecord } from '../../src/domain/modes/grant-record.js';
import { grantText } from '../../src/domain/modes/grant-record.js';
import { useFolders } from '../support/folders.js';
import { dayOne, isoOf } from '../support/modes/trails.js';
import { buildTrail } from '../support/trail/built-trail.js';

const folder = useFolders();
const program = join(import.meta.dirname, '../../deploy/audit-verify.mjs');
const at = { seq: 0, prev: 'é' };
const record = {
  ...{ mode: 'beta', terms: { mode: 'beta', kind: 'playbook', veto_seconds: 0 }, settings: { decided_min: 52 }, recommenders: ['claude'] },
  ...{ figures: { mode: 'beta', month: { approved: 60, rejected: 0, from: null } }, rests_on: { mission_log: at, proposals: at } },
} as unknown as GrantRecord;
const digest = 'd'.repeat(64);

describe('starts that a mode consented to, by the program alone (spec T7)', () => {
  let keys: KeyFiles;
  beforeEach(async () => {
    keys = await ensurePermitKeys(join(folder(), 'keys'));
  });
  const signedFor = (proposalId: string, of: GrantRecord = record) =>
    createVouchers(keys).vouch(grantText({ vessel: 'janus-in-test', proposalId, digest }, of));

  /** A trail in which each of these ran alone, and what the program says of it. */
  function verdictOn(grants: Readonly<Record<string, object>>, ...args: readonly string[]) {
    const trail = buildTrail();
    trail.add('mission_log', { timestamp: isoOf(dayOne) }, 'thinking_cycle');
    for (const [action_id, grant] of Object.entries(grants)) {
      const data = { timestamp: isoOf(dayOne), action_id, id: `${action_id}/approved/mode`, digest, grant };
      trail.add('proposals', { ...data, approved_by: ['mode:beta'], assurance: 'mode' }, 'action_approved');
    }
    const home = folder();
    trail.write(home);
    const run = spawnSync(process.execPath, [program, home, '--mode', '--json', ...args], { cwd: '/', env: {}, encoding: 'utf8' });
    return { status: run.status, stderr: run.stderr, grants: run.status === 2 ? undefined : JSON.parse(run.stdout).grants };
  }

  it('are good by the key of the brain that was kept elsewhere, and unverified without one', () => {
    const sound = { 'janus-1': { ...record, signature: signedFor('janus-1') } };
    const good = { status: 0, grants: { state: 'verified', count: 1, doubts: [] } };
    expect(verdictOn(sound, '--brain-key', keys.publicKeyFile)).toMatchObject(good);
    expect(verdictOn(sound)).toMatchObject({ status: 0, grants: { state: 'not_verified', count: 1, doubts: [] } });
  });

  it('are named where the brain never said so: forged, of another start, with other figures, of a mode too low', async () => {
    const lower = { ...record, figures: { ...record.figures, mode: 'alpha' } } as GrantRecord;
    const said = verdictOn(
      {
        'janus-1': { ...record, signature: signedFor('janus-2') },
        'janus-2': { ...record, figures: { mode: 'omega' }, signature: signedFor('janus-2') },
        'janus-3': record,
        'janus-4': { ...lower, signature: signedFor('janus-4', lower) },
      },
      ...['--brain-key', keys.publicKeyFile],
    );
    expect(said).toMatchObject({ status: 1, grants: { count: 4 } });
    expect(said.grants.doubts.map(({ about }: { about: string }) => about)).toEqual([1, 2, 3, 4].map((id) => `start of janus-${id}`));
    const others = await ensurePermitKeys(join(folder(), 'others'));
    const grants = { 'janus-1': { ...record, signature: signedFor('janus-1') } };
    expect(verdictOn(grants, '--brain-key', others.publicKeyFile)).toMatchObject({ status: 1 });
    expect(verdictOn(grants, '--brain-key', others.publicKeyFile, '--brain-key', keys.publicKeyFile)).toMatchObject({ status: 0 });
  });

  it('need a key that is one', () => {
    const said = verdictOn({}, '--brain-key', program);
    expect(said).toMatchObject({ status: 2, stderr: expect.stringContaining('--brain-key names no public key') });
  });
});
