import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { createProofCollector } from '../../src/adapters/audit/verify/prove-records.js';
import { encodeVerifierKey } from '../../src/adapters/audit/format/signed-note.js';
import { verifyTrail } from '../../src/adapters/audit/verify/verify-trail.js';
import { printed } from '../cli/support/printed.js';
import { logNames, makeKeys, pathsIn } from '../support/trail/built-trail.js';
import { useFolders } from '../support/folders.js';
import { diceOf, live } from '../support/trail/tampering.js';

const folder = useFolders();
const program = join(import.meta.dirname, '../../deploy/audit-verify.mjs');
/** From another folder and with nothing in the environment: what another machine has. */
const run = (...args: readonly string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { cwd: '/', env: {}, encoding: 'utf8' });
  return { status, stdout, stderr };
};
const aTrail = () => {
  const trail = live(diceOf(4), 30, makeKeys());
  for (let n = 0; n < 3; n += 1) trail.add('proposals', { action_id: 'janus-0123456789ab', summary: `of \u001b[2J ${n}` });
  trail.head('proposals');
  return trail;
};

it('ends with 0, 1, 2 and 3 as ubos audit verify does (spec L3)', () => {
  const home = folder();
  const trail = aTrail();
  trail.write(home);
  const key = encodeVerifierKey(trail.keys.key);
  expect(run(home, '--key', key, '--full')).toMatchObject({ status: 0, stderr: '' });
  expect(run(home, '--log', 'proposals')).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('the key was read beside the heads'),
  });
  // The mission log has no head: a warning.
  expect(run(home, '--strict')).toMatchObject({ status: 1 });
  expect(run(home, '--key', encodeVerifierKey(makeKeys().key))).toMatchObject({
    status: 1,
    stdout: expect.stringContaining('head_invalid'),
  });
  const json = run(home, '--json');
  expect(printed(json.stdout, 'audit-verdict')).toMatchObject({ ok: true, full: false });
  const none = folder();
  expect(run(none)).toMatchObject({ status: 3, stdout: '', stderr: `audit-verify: there is no log in ${none}\n` });
});

it.each([
  [[], 'name one FOLDER'],
  [['/', '/'], 'name one FOLDER'],
  [['/nowhere'], '/nowhere is not there'],
  [['/', '--log', 'x'], '--log is one of'],
  [['/', '--key', '/nowhere'], '/nowhere is not there'],
  [['/', '--key', '/dev/null'], '/dev/null is no key of heads'],
  [['/', '--colour'], "Unknown option '--colour'"],
  [['--proof', '/dev/null', '--key', encodeVerifierKey(makeKeys().key)], '/dev/null is no proof'],
  [['/', '--against', program], 'there is no public key'],
  [['/', '--against', '/dev/null'], '/dev/null holds no head'],
  [['/\u001b[2J\u202e'], '/⟦U+001B⟧[2J⟦U+202E⟧ is not there'],
])('refuses %j', (args, words) => {
  const { status, stdout, stderr } = run(...args);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toContain(words);
});

it('explains itself', () =>
  expect(run('--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('Exit codes: 0'), stderr: '' }));

it('never hands a terminal what a record or a name says', () => {
  const home = folder();
  const line = {
    v: 1,
    log: 'proposals',
    id: 'a',
    prev: '0'.repeat(64),
    event_type: 'segment_open',
    prev_segment: '\u001b]0;x\u0007\u202e',
  };
  writeFileSync(join(home, 'proposals.jsonl'), `${JSON.stringify({ ...line, seq: 3 })}\n`);
  for (const args of [[], ['--json']]) {
    const { status, stdout } = run(home, ...args);
    expect(status).toBe(1);
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
    expect(stdout).toContain('beginning_missing');
  }
});

it('does not wait for what is no file, and says so', () => {
  const home = folder();
  spawnSync('mkfifo', [join(home, 'proposals.jsonl')]);
  expect(run(home)).toMatchObject({ status: 1, stderr: expect.stringContaining('proposals.jsonl is no file') });
  rmSync(join(home, 'proposals.jsonl'));
  mkdirSync(join(home, 'proposals.jsonl'));
  expect(run(home)).toMatchObject({ status: 1, stderr: expect.stringContaining('proposals.jsonl is no file') });
});

/** What `ubos audit prove` prints. */
async function prove(home: string) {
  const collector = createProofCollector('proposals', (id) => id === 'janus-0123456789ab');
  const observe = (log: string) => (log === 'proposals' ? collector.observe : undefined);
  const onStart = (log: string, anchor: Parameters<typeof collector.onStart>[0]) => {
    if (log === 'proposals') collector.onStart(anchor);
  };
  await verifyTrail({ files: pathsIn(home), headsFolder: join(home, 'heads'), logs: logNames.slice(2), observe, onStart });
  const proof = collector.prove(readFileSync(join(home, 'heads/proposals.head'), 'utf8'))!;
  return { schema: 'ubos.audit-proof/v1', proposal_id: 'janus-0123456789ab', uncovered: 0, proofs: [proof] };
}

it('checks a proof without the log, and believes none that was changed (spec L3)', async () => {
  const home = folder();
  const trail = aTrail();
  trail.write(home);
  const proof = await prove(home);
  expect(proof.proofs[0]?.records).toHaveLength(3);
  for (const name of readdirSync(home)) rmSync(join(home, name), { recursive: true });
  const key = encodeVerifierKey(trail.keys.key);
  const check = (changed: unknown, ...more: readonly string[]) => {
    const file = join(home, 'proof.json');
    writeFileSync(file, JSON.stringify(changed));
    return run('--proof', file, '--key', key, ...more);
  };
  const good = check(proof);
  expect(good).toEqual({ status: 0, stderr: '', stdout: expect.stringContaining('every record above') });
  expect(good.stdout).toContain('of ⟦U+001B⟧[2J 2');
  expect(JSON.parse(check(proof, '--json').stdout)).toEqual({ ok: true, proposal_id: 'janus-0123456789ab', problem: null });
  const text = JSON.stringify(proof);
  const [{ head, records }] = proof.proofs as [(typeof proof.proofs)[0]];
  const one = records[1]!;
  const withRecord = (record: object) => ({ ...proof, proofs: [{ log: 'proposals', head, records: [record] }] });
  for (const forged of [
    JSON.parse(text.replace('[2J 1', '[2J 7')) as unknown,
    withRecord({ ...one, seq: one.seq + 1 }),
    withRecord({ ...one, path: one.path.slice(1) }),
    withRecord({ ...one, path: [...one.path, one.path[0]] }),
    withRecord({ ...one, path: one.path.with(0, '0'.repeat(64)) }),
    withRecord({ ...one, path: null }),
    { ...proof, proposal_id: 'janus-ba9876543210' },
    { ...proof, proofs: [] },
    { ...proof, proofs: [null] },
    { ...proof, proofs: [{ log: 'tool_use', head, records }] },
    { ...proof, proofs: [{ log: 'proposals', head: head.replace(/\n(\d)/, '\n1$1'), records }] },
    { ...proof, proofs: [{ log: 'proposals', head, records: [] }] },
    { ...proof, proofs: [{ log: 'proposals', head, records: null }] },
  ]) {
    const { status, stdout } = check(forged);
    expect({ forged, status }).toEqual({ forged, status: 1 });
    expect(stdout).not.toContain('every record above');
  }
});
