import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { distOf, ownTree } from './dist.mjs';
import { janusVariant, untilWaiting } from './vessel.mjs';

const sha256 = (text) => createHash('sha256').update(text).digest('hex');
const people = { proposer: 'pia', approver: 'bench' };

/** Keys for both, and the configuration that asks for their signatures. */
function withKeys(home) {
  const lines = Object.entries(people).map(([role, name]) => {
    const file = join(home, name);
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', file]);
    return `${name} namespaces="${role === 'proposer' ? 'janus-proposal@v1' : 'janus-approval@v1'}" ${readFileSync(`${file}.pub`, 'utf8')}`;
  });
  const allowedSigners = join(home, 'allowed_signers');
  writeFileSync(allowedSigners, lines.join(''), { mode: 0o644 });
  return { approvals: { signature: 'required', allowed_signers: allowedSigners, groups: { first_citizen: [people.approver] } } };
}

/**
 * Janus where nothing starts unsigned (spec A3): what is signed beforehand is verified on arrival, before the start, and by the hands.
 * `sign` signs the approval of one that waits, so that signing need not be measured with the rest; `options` are those of `startVessel`.
 */
export async function startSignedVessel(client, startVessel, { name = 'signed', ...options } = {}) {
  let home = '';
  const vessel = await startVessel(name, { ...options, more: (folder) => withKeys((home = folder)) });
  const dist = distOf(options.tree ?? ownTree);
  const [{ createSigner }, { signatureNamespaces, writeProposerStatement, writeStatement }, { documentDigest }] = await Promise.all([
    dist('adapters/signatures/create-signer.js'),
    dist('domain/approval/statement.js'),
    dist('domain/action/digests.js'),
  ]);
  const about = { vessel: vessel.vessel, namespace: 'default' };
  const sign = (name, text, namespace) =>
    createSigner({ keyFile: join(home, name), env: process.env, interactive: false }).sign(text, namespace);
  const prove = async (document) => {
    const statement = writeProposerStatement({
      ...about,
      proposal_id: document.proposal_id,
      document_sha256: documentDigest(sha256, document),
      proposer: people.proposer,
      issued_at: new Date().toISOString(),
    });
    return { statement, signature: await sign(people.proposer, statement, signatureNamespaces.proposal) };
  };
  const approval = async (id) => {
    const { digest, deadline, firstRunId } = await vessel.proposals.view(id);
    const statement = writeStatement({
      ...about,
      workflow_id: id,
      run_id: firstRunId,
      proposal_id: id,
      proposal_sha256: digest,
      decision: 'approve',
      reason: '',
      signer: people.approver,
      issued_at: new Date().toISOString(),
      expires_at: deadline,
      nonce: randomBytes(16).toString('hex'),
    });
    return { by: people.approver, digest, statement, signature: await sign(people.approver, statement, signatureNamespaces.decision) };
  };
  return {
    ...janusVariant(client, vessel),
    worker: vessel.worker,
    start: ({ document }) => vessel.proposals.propose(document, prove),
    sign: async (item) => {
      await untilWaiting(client, item.id);
      item.word = await approval(item.id);
    },
    approve: async ({ id, word }) => client.workflow.getHandle(id).signal('approve', word ?? (await approval(id))),
  };
}
