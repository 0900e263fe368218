import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { EXIT } from '../../../../src/cli/exit-codes.js';
import { printed } from '../../support/printed.js';
import { buildTrail, makeKeys } from '../../../support/trail/built-trail.js';
import { useFolders } from '../../../support/folders.js';
import { auditIn, changeLines } from '../../support/trail-home.js';
import { ubos } from '../../support/ubos.js';

const folder = useFolders();
const id = 'janus-0123456789ab';

function aTrail(keys = makeKeys()) {
  const trail = buildTrail(keys);
  for (let n = 0; n < 9; n += 1) trail.add('proposals', { action_id: n % 3 === 0 ? id : 'janus-ffffffffffff', n });
  trail.rotate('proposals');
  trail.add('tool_use', { action_id: id, summary: 'a\u202eb' });
  trail.head('proposals');
  trail.head('tool_use');
  return trail;
}

describe('ubos audit prove (spec L3)', () => {
  it('writes a proof that is checked with the public key alone, in a folder without a log', async () => {
    const trail = aTrail();
    const proof = await auditIn(folder(), trail)('prove 0123456');
    expect([proof.code, proof.stderr]).toEqual([EXIT.ok, '']);
    const value = printed(proof.stdout, 'audit-proof');
    expect(value).toMatchObject({ proposal_id: id, uncovered: 0, proofs: [{ log: 'tool_use' }, { log: 'proposals' }] });
    const elsewhere = folder();
    writeFileSync(join(elsewhere, 'proof.json'), proof.stdout);
    writeFileSync(join(elsewhere, 'heads.pub'), trail.files().get('heads/heads.pub')!);
    const line = 'audit prove --check proof.json --key heads.pub';
    // No configuration is needed there.
    const nothing = { config: undefined as never, cwd: elsewhere, columns: 120 };
    const checked = await ubos(line, nothing);
    const { name, id: key } = trail.keys.key;
    expect([checked.code, checked.stdout]).toEqual([
      EXIT.ok,
      [
        `✓ ${id}: 4 records, each where a signed head has it`,
        'tool_use of janus-in-test, head of 2026-01-01T00:00:12.000Z over 1 record:',
        '  0 2026-01-01T00:00:12.000Z proposal_created: a⟦U+202E⟧b',
        'proposals of janus-in-test, head of 2026-01-01T00:00:12.000Z over 11 records:',
        ...[1, 4, 7].map((at, n) => `  ${3 * n} 2026-01-01T00:00:0${at}.000Z proposal_created: what happened`),
        `signed by ${name}+${key}`,
        '',
      ].join('\n'),
    ]);
    const json = await ubos(`${line} --json`, nothing);
    expect(printed(json.stdout, 'audit-proof-check')).toMatchObject({ ok: true, problem: null, proposal_id: id });
  });

  it('of records that no head covers yet: they are left out, and it says so', async () => {
    const trail = aTrail();
    trail.add('proposals', { action_id: id });
    const { code, stdout, stderr } = await auditIn(folder(), trail)(`prove ${id}`);
    expect([code, stderr]).toEqual([EXIT.failure, expect.stringContaining('1 record is newer than the newest head')]);
    // It is a day old.
    expect(stderr).toMatch(/the next head was due at 2026-01-01T\S+: does the witness run\?\n.*janus-witness/);
    expect(JSON.parse(stdout)).toMatchObject({ uncovered: 1, proofs: [{}, { records: [{ seq: 0 }, { seq: 3 }, { seq: 6 }] }] });
    const none = buildTrail();
    none.add('proposals', { action_id: id });
    expect(await auditIn(folder(), none)(`prove ${id}`)).toMatchObject({
      code: EXIT.failure,
      stdout: expect.stringContaining('"proofs":[]'),
    });
  });

  it('of heads that another key has signed: nothing, where the right one is given', async () => {
    const home = folder();
    const audit = auditIn(home, aTrail());
    writeFileSync(join(home, 'other.pub'), aTrail().files().get('heads/heads.pub')!);
    const said = /nothing is proven: tool_use.heads.jsonl line 1: it is not signed by/;
    expect(await audit(`prove ${id} --key other.pub`)).toMatchObject({
      code: EXIT.failure,
      stdout: '',
      stderr: expect.stringMatching(said),
    });
  });

  it('of a trail that was tampered with: nothing', async () => {
    const files = changeLines(aTrail().files(), 'tool_use.jsonl', (all) => all.with(0, all[0]!.replace('created', 'kreated')));
    const said = /nothing is proven: tool_use.jsonl line 1: .*\n {2}→ ubos audit verify --full/;
    expect(await auditIn(folder(), files)(`prove ${id}`)).toMatchObject({
      code: EXIT.failure,
      stdout: '',
      stderr: expect.stringMatching(said),
    });
  });

  it.each([
    { line: 'prove', code: EXIT.usage, stderr: /which proposal\?/ },
    { line: 'prove 01234', code: EXIT.usage, stderr: /"01234" is no proposal id/ },
    { line: `prove ${id} more`, code: EXIT.usage, stderr: /one word too many/ },
    { line: `prove ${id} --check heads/heads.pub`, code: EXIT.usage, stderr: /one word too many/ },
    { line: 'prove eeeeee', code: EXIT.notFound, stderr: /no record is about janus-eeeeee/ },
    { line: 'prove --check heads/heads.pub --now', code: EXIT.usage, stderr: /--now is for making one/ },
    { line: 'prove --check no-such.json', code: EXIT.usage, stderr: /no-such.json cannot be read: no such file/ },
    { line: 'prove --check heads/heads.pub', code: EXIT.usage, stderr: /heads.pub is no proof/ },
    { line: 'prove --check tool_use.jsonl', code: EXIT.usage, stderr: /tool_use.jsonl is no proof/ },
  ])('ubos audit $line', async ({ line, code, stderr }) => {
    expect(await auditIn(folder(), aTrail())(line)).toMatchObject({ code, stdout: '', stderr: expect.stringMatching(stderr) });
  });

  it('an ambiguous prefix names its proposals; without a trail there is none', async () => {
    const trail = buildTrail();
    for (const action of ['janus-aaaaaa000000', 'janus-aaaaaa111111']) trail.add('proposals', { action_id: action });
    expect(await auditIn(folder(), trail)('prove aaaaaa')).toMatchObject({
      code: EXIT.usage,
      stderr: expect.stringContaining('may be janus-aaaaaa000000, janus-aaaaaa111111'),
    });
    expect(await auditIn(folder(), new Map())(`prove ${id}`)).toMatchObject({ code: EXIT.notFound });
  });
});

describe('ubos audit prove --check finds (spec L3)', () => {
  interface Proof {
    proposal_id: string;
    proofs: { log: string; head: string; records: { seq: number; line: string; path: string[] }[] }[];
  }
  const cases: readonly { what: string; change: (proof: Proof) => void; problem: RegExp }[] = [
    {
      what: 'an edited record',
      change: ({ proofs: [, log] }) => (log!.records[1]!.line = log!.records[1]!.line.replace('what', 'that')),
      problem: /record 3 of proposals is not in the log/,
    },
    {
      what: 'an edited path',
      change: ({ proofs: [, log] }) => (log!.records[0]!.path[0] = '0'.repeat(64)),
      problem: /record 0 of proposals is not in the log/,
    },
    { what: 'a path that is too short', change: ({ proofs: [, log] }) => log!.records[0]!.path.pop(), problem: /is not in the log/ },
    { what: 'another place', change: ({ proofs: [, log] }) => (log!.records[0]!.seq = 1), problem: /the line does not have that number/ },
    {
      what: 'an edited head',
      change: ({ proofs: [, log] }) => (log!.head = log!.head.replace('\n11\n', '\n12\n')),
      problem: /its signature is false/,
    },
    { what: 'the head of another log', change: ({ proofs: [other, log] }) => (log!.head = other!.head), problem: /is one of tool_use/ },
    { what: 'another proposal', change: (proof) => (proof.proposal_id = 'janus-eeeeeeeeeeee'), problem: /is not about janus-eeeeeeeeeeee/ },
    { what: 'no records', change: ({ proofs: [, log] }) => (log!.records = []), problem: /there is no record of proposals/ },
    { what: 'nothing at all', change: (proof) => (proof.proofs = []), problem: /there is no record in it/ },
  ];

  it.each(cases)('$what', async ({ change, problem }) => {
    const home = folder();
    const audit = auditIn(home, aTrail());
    const proof = JSON.parse((await audit(`prove ${id}`)).stdout) as Proof;
    change(proof);
    writeFileSync(join(home, 'proof.json'), JSON.stringify(proof));
    const { code, stdout } = await audit('prove --check proof.json', { columns: 200 });
    expect([code, stdout]).toEqual([EXIT.failure, expect.stringMatching(problem)]);
    expect(stdout).toMatch(/^✗ janus-/);
    const json = printed((await audit('prove --check proof.json --json')).stdout, 'audit-proof-check');
    expect(json).toMatchObject({ ok: false, problem: expect.stringMatching(problem), logs: [] });
  });

  it('and shows what is hostile in a file', async () => {
    const home = folder();
    const file = {
      schema: 'ubos.audit-proof/v1',
      proposal_id: '\u001b[2J\u202e',
      uncovered: 0,
      proofs: [{ log: '\u001b[H', head: '', records: [] }],
    };
    const audit = auditIn(home, aTrail());
    writeFileSync(join(home, 'proof.json'), JSON.stringify(file));
    const { code, stdout } = await audit('prove --check proof.json', { columns: 200 });
    expect([code, stdout]).toEqual([EXIT.failure, '✗ ⟦U+001B⟧[2J⟦U+202E⟧: the head of ⟦U+001B⟧[H: it is no head\n']);
  });

  it('another key', async () => {
    const home = folder();
    const audit = auditIn(home, aTrail());
    writeFileSync(join(home, 'proof.json'), (await audit(`prove ${id}`)).stdout);
    writeFileSync(join(home, 'other.pub'), aTrail().files().get('heads/heads.pub')!);
    const { code, stdout } = await audit('prove --check proof.json --key other.pub', { columns: 200 });
    expect([code, stdout]).toEqual([
      EXIT.failure,
      expect.stringContaining('the head of tool_use: it is not signed by janus-in-test/heads+'),
    ]);
  });
});
