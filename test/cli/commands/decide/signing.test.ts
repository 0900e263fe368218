import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { createSignatureVerifier } from '../../../../src/adapters/signatures/create-signature-verifier.js';
import type { DecideMessage } from '../../../../src/contract/messages.js';
import { parseDecision } from '../../../../src/domain/approval/decision.js';
import { digestWords } from '../../../../src/domain/text/digest-words.js';
import { documentDigest } from '../../../../src/domain/action/digests.js';
import {
  matchProposerStatement,
  matchStatement,
  parseProposerStatement,
  parseStatement,
  signatureNamespaces,
} from '../../../../src/domain/approval/statement.js';
import { aFolder, useFolders } from '../../../support/folders.js';
import { sha256 } from '../../../support/proposals/proposals.js';
import { aClient } from '../../support/fake-client.js';
import type { FakeSettings } from '../../support/fake-client.js';
import { aConfig, ubos } from '../../support/ubos.js';
import { aView, highRisk, id, now } from '../../support/views.js';

const folder = aFolder();
const aPlace = useFolders();
const keyFile = join(folder, 'config', 'janus', 'keys', 'ana');
const env = { XDG_CONFIG_HOME: join(folder, 'config'), JANUS_USER: 'ana' };
const allowedSigners = join(folder, 'allowed_signers');
const view = aView();

beforeAll(() => {
  mkdirSync(join(folder, 'config', 'janus', 'keys'), { recursive: true });
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', keyFile]);
  const key = readFileSync(`${keyFile}.pub`, 'utf8').trim();
  writeFileSync(allowedSigners, `ana namespaces="janus-approval@v1,janus-proposal@v1" ${key}\n`, { mode: 0o644 });
});

/** What brain would find about it: undefined where it counts. */
async function judged({ decision, ...message }: DecideMessage): Promise<string | undefined> {
  const parsed = parseDecision(decision, message);
  if ('malformed' in parsed) return parsed.malformed;
  const { statement: text = '', signature = '', ...rest } = parsed;
  const statement = parseStatement(text);
  if ('malformed' in statement) return statement.malformed;
  const problem = matchStatement(statement, {
    ...rest,
    vessel: 'janus-test',
    namespace: 'default',
    workflowId: id,
    firstRunId: view.firstRunId,
    proposalId: id,
    digest: view.digest ?? '',
    now: now.getTime(),
    deadline: Date.parse(view.deadline ?? ''),
    usedNonces: new Set(),
  });
  if (problem !== undefined) return problem.code;
  const verdict = await createSignatureVerifier({ allowedSigners }).verify({
    text,
    signature,
    principal: rest.by,
    namespace: signatureNamespaces.decision,
    at: now,
  });
  return verdict.ok ? undefined : verdict.code;
}

async function sentBy(
  line: string,
  session: { env?: Record<string, string>; fake?: FakeSettings; config?: ReturnType<typeof aConfig> } = {},
) {
  const client = aClient(session.fake);
  const played = await ubos(line, { client, env: session.env ?? env, ...(session.config && { config: session.config }) });
  return { ...played, sent: client.sent, proofs: client.proofs };
}

describe('a decision with a key (spec A3)', () => {
  it.each([
    `approve ${id}`,
    `approve ${id} --reason well-read`,
    `reject ${id} --reason because`,
    `extend ${id} 12h --reason busy`,
    `proposals cancel ${id}`,
    `resolve ${id} failed --reason seen`,
    `withdraw ${id}`,
    `break-glass ${id} --reason urgent`,
  ])('ubos %s is signed for exactly that', async (line) => {
    const { code, sent, stderr } = await sentBy(line);
    expect([code, sent.length, stderr.includes('✗')]).toEqual([0, 1, false]);
    expect(sent[0]).toMatchObject({ by: 'ana', digest: view.digest });
    expect(await judged(sent[0]!)).toBeUndefined();
    expect(await judged({ ...sent[0]!, reason: 'another reason' })).toBe('WRONG_DECISION');
    const other = { ...parseStatement(sent[0]!.statement), nonce: 'f'.repeat(32) };
    expect(await judged({ ...sent[0]!, statement: JSON.stringify(other) })).toBe('SIGNATURE_INVALID');
  });

  it('says so', async () => {
    expect((await sentBy(`approve ${id}`)).stdout).toContain('by ana, signed');
    expect((await sentBy(`approve ${id}`, { env: {} })).stdout).not.toContain('signed');
  });

  it('counts no longer than the deadline that is shown', async () => {
    const { sent } = await sentBy(`approve ${id}`);
    expect(parseStatement(sent[0]?.statement)).toMatchObject({ expires_at: view.deadline, issued_at: now.toISOString() });
  });

  it('never has the same nonce twice', async () => {
    const [first, second] = [await sentBy(`approve ${id}`), await sentBy(`approve ${id}`)];
    const nonces = [first, second].map(({ sent }) => (parseStatement(sent[0]?.statement) as { nonce: string }).nonce);
    expect(new Set(nonces).size).toBe(2);
  });

  it('is for what is displayed: another digest, another plan or another vessel is refused before anything is signed', async () => {
    for (const lie of [
      { ...view, digest: 'f'.repeat(64) },
      { ...view, plan: { ...view.plan!, risk: 'high' as const } },
      { ...view, plan: { ...view.plan!, proposalId: 'janus-ffffffffffff' }, digest: '' },
    ]) {
      for (const line of [`approve ${id}`, `reject ${id} --reason because`, `extend ${id} 1h`, `proposals cancel ${id}`]) {
        const { code, sent, stderr } = await sentBy(`${line} --json`, { fake: { views: [lie] } });
        expect([code, sent]).toEqual([5, []]);
        expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'CONFLICT', details: { answer: 'DIGEST_MISMATCH' } } });
      }
    }
    const { code, sent } = await sentBy(`approve ${id}`, { fake: { change: { vessel: 'other' } } });
    expect([code, sent]).toEqual([5, []]);
  });

  it('is not for what another proposal shows under this id', async () => {
    const other = aView({ document: { proposal_id: 'janus-ffffffffffff' } });
    const { code, sent } = await sentBy(`approve ${id}`, { fake: { views: [view], change: { view: async () => other } } });
    expect([code, sent]).toEqual([5, []]);
  });

  it('needs a key that is there and signs, or nothing is sent', async () => {
    expect(await sentBy(`approve ${id} --key /nonexistent/key`)).toMatchObject({ code: 2, sent: [] });
    const broken = join(aPlace(), 'broken');
    writeFileSync(broken, 'no key\n', { mode: 0o600 });
    expect(await sentBy(`approve ${id} --key ${broken}`)).toMatchObject({ code: 4, sent: [] });
  });

  it('that is refused for its person or its key ends with 4', async () => {
    for (const answer of ['SIGNATURE_REQUIRED', 'SIGNER_UNKNOWN', 'KEY_REVOKED', 'NOT_AUTHORISED', 'SELF_APPROVAL']) {
      const change = { decide: async () => ({ accepted: false, code: answer, message: 'no', status: 'proposed' as const }) };
      expect(await sentBy(`approve ${id}`, { fake: { change } })).toMatchObject({ code: 4 });
    }
  });
});

describe('which key (spec A3)', () => {
  it('is the one under the name that was given; without it nothing is signed', async () => {
    expect((await sentBy(`approve ${id} --by bob`)).sent[0]).not.toHaveProperty('signature');
    expect((await sentBy(`approve ${id} --by ana`, { env: { ...env, JANUS_USER: 'bob' } })).sent[0]).toMatchObject({
      by: 'ana',
      signature: expect.any(String),
    });
  });

  it('is the only one that there is, and its name is the signer, where nobody is named', async () => {
    const { XDG_CONFIG_HOME } = env;
    expect((await sentBy(`approve ${id}`, { env: { XDG_CONFIG_HOME } })).sent[0]).toMatchObject({
      by: 'ana',
      signature: expect.any(String),
    });
  });

  it('may be named by a flag or the environment, and speaks for whom allowed_signers says', async () => {
    const [place, config] = [aPlace(), aConfig()];
    const listed = { ...config, paths: { ...config.paths, allowedSigners } };
    for (const [line, more] of [
      [`approve ${id} --key ${keyFile}`, {}],
      [`approve ${id}`, { JANUS_SIGNING_KEY: keyFile }],
    ] as const) {
      const { sent } = await sentBy(line, { env: { XDG_CONFIG_HOME: place, ...more }, config: listed });
      expect(sent[0]).toMatchObject({ by: 'ana', signature: expect.any(String) });
      expect(await judged(sent[0]!)).toBeUndefined();
    }
  });
});

describe('--print-signal (spec A3)', () => {
  it.each([
    `approve ${id}`,
    `reject ${id} --reason it's-"no"-$HOME-\u202e`,
    `extend ${id} 12h`,
    `resolve ${id} failed --reason seen`,
    `proposals cancel ${id}`,
  ])('ubos %s prints what a shell would send, and sends nothing', async (line) => {
    const { code, sent, stdout } = await sentBy(`${line} --print-signal`);
    expect([code, sent, stdout.trimEnd().split('\n').length]).toEqual([0, [], 1]);
    expect(stdout).toMatch(/^[\x20-\x7e]+\n$/);
    // What stands between its quotes is the JSON itself: the web UI takes it from there.
    expect(() => void JSON.parse(/--input '([^']*)'\n$/.exec(stdout)?.[1] ?? 'nothing')).not.toThrow();
    // A shell takes it apart; a stand-in for temporal says what it got.
    const bin = aPlace();
    writeFileSync(join(bin, 'temporal'), '#!/bin/sh\nfor word in "$@"; do printf "%s\\0" "$word"; done\n', { mode: 0o755 });
    const words = execFileSync('/bin/sh', ['-c', stdout], { env: { PATH: bin } })
      .toString()
      .split('\0')
      .slice(0, -1);
    const [input = '', name = ''] = [words.at(-1), words[words.indexOf('--name') + 1]];
    expect(words.slice(0, -1)).toEqual(['workflow', 'signal', '--namespace', 'default', '--workflow-id', id, '--name', name, '--input']);
    expect(await judged({ decision: name, ...(JSON.parse(input) as object) } as DecideMessage)).toBeUndefined();
  });

  it('works without a key too', async () => {
    const { sent, stdout } = await sentBy(`approve ${id} --by bob --print-signal`, { env: {} });
    expect([sent, stdout.includes('signature')]).toEqual([[], false]);
    expect(stdout).toContain(`"digest":"${view.digest ?? ''}"`);
  });
});

describe('a proposal with a key (spec A3)', () => {
  it('carries the signature of its proposer over the whole document', async () => {
    const { proofs } = await sentBy(`propose --from ${id}`);
    const { statement = '', signature = '' } = proofs[0] ?? {};
    const parsed = parseProposerStatement(statement);
    if ('malformed' in parsed) throw new Error(parsed.malformed);
    const expected = { vessel: 'janus-test', namespace: 'default', proposalId: id, now: now.getTime() };
    expect(matchProposerStatement(parsed, { ...expected, documentSha256: documentDigest(sha256, view.document) })).toBeUndefined();
    const verifier = createSignatureVerifier({ allowedSigners });
    const signed = { text: statement, signature, principal: 'ana', namespace: signatureNamespaces.proposal, at: now };
    expect(await verifier.verify(signed)).toMatchObject({ ok: true });
    expect(await verifier.verify({ ...signed, namespace: signatureNamespaces.decision })).toMatchObject({ ok: false });
  });

  it('and without one carries none', async () => {
    expect((await sentBy(`propose --from ${id}`, { env: {} })).proofs).toEqual([undefined]);
  });
});

it('review signs as well, and says for how long it was looked at', async () => {
  const view = aView({ document: highRisk });
  const client = aClient({ views: [view] });
  const keys = [
    { on: '? ', type: 'a', every: true },
    { on: 'last four letters', type: `${digestWords(view.digest!).slice(-4)}\r` },
  ] as const;
  await ubos(`review ${id}`, { client, env: { ...env, NO_COLOR: '1' }, keys, rows: 200, columns: 200 });
  expect(client.sent).toEqual([expect.objectContaining({ by: 'ana', signature: expect.any(String), considered_seconds: 0 })]);
});

it('a public key alone is enough to look for an agent, and without one nothing is sent', async () => {
  const home = join(aPlace(), 'janus', 'keys');
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, 'ana.pub'), readFileSync(`${keyFile}.pub`));
  const played = await sentBy(`approve ${id}`, { env: { ...env, XDG_CONFIG_HOME: join(home, '..', '..') } });
  expect(played).toMatchObject({ code: 4, sent: [] });
});
