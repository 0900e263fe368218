import { join } from 'node:path';
import type { LogProof, ProofCollector } from '../../adapters/audit/prove-records.js';
import type { LogName } from '../../domain/audit.js';
import { JanusError } from '../../domain/errors.js';
import type { Command } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { writeJson } from '../output.js';
import { asUnreadable, logNames, trailFiles } from '../trail-options.js';

const usage = 'ubos audit prove ID';

/** A whole id, or at least 6 of its digits. */
function wantedBy(reference: string | undefined): string {
  const digits = /^(?:janus-)?([0-9a-f]{6,12})$/.exec(reference ?? '')?.[1];
  if (digits === undefined)
    throw new JanusError('USAGE', reference === undefined ? 'which proposal?' : `${JSON.stringify(reference)} is no proposal id`, {
      next: usage,
    });
  return `janus-${digits}`;
}

/** The one proposal that the records are about. */
function idOf(collectors: ReadonlyMap<LogName, ProofCollector>, wanted: string): string {
  const ids = [...new Set([...collectors.values()].flatMap(({ matches }) => matches.map(({ actionId }) => actionId)))];
  const [id, other] = ids;
  if (id === undefined)
    throw new JanusError('PROPOSAL_NOT_FOUND', `no record is about ${wanted}`, { next: 'ubos audit export --log proposals' });
  if (other !== undefined) throw new JanusError('AMBIGUOUS_ID', `${wanted} may be ${ids.join(', ')}`, { next: `ubos audit prove ${id}` });
  return id;
}

export const command: Command = {
  usage,
  details:
    'Verifies the trail, and prints every record of one proposal with the proof that the newest signed head of its log covers it (RFC 6962 audit paths): who has the public key checks it without the log, and without Janus: node deploy/audit-verify.mjs --key heads.pub --proof FILE. Always JSON. Exit codes: 1 the trail does not verify, or no head covers a record yet; 3 there is no such proposal.',
  async run({ positionals }, context) {
    const [reference, more] = positionals;
    const wanted = wantedBy(reference);
    if (more !== undefined) throw new JanusError('USAGE', `${JSON.stringify(more)} is one word too many`, { next: usage });
    const { paths, ...config } = await context.config();
    const [{ createProofCollector }, { verifyTrail }] = await Promise.all([
      import('../../adapters/audit/prove-records.js'),
      import('../../adapters/audit/verify-trail.js'),
    ]);
    const collectors = new Map(logNames.map((log) => [log, createProofCollector(log, (id) => id.startsWith(wanted))]));
    const verdicts = await verifyTrail({
      files: trailFiles({ paths, ...config }),
      headsFolder: paths.heads,
      logs: logNames,
      observe:
        (log) =>
        (...seen) =>
          collectors.get(log)?.observe(...seen),
      onStart: (log, anchor) => collectors.get(log)?.onStart(anchor),
    }).catch((error: unknown) => {
      throw asUnreadable(error);
    });
    const broken = verdicts.find(({ problem }) => problem !== undefined);
    if (broken?.problem !== undefined) {
      const { file, line, reason } = broken.problem;
      throw new JanusError('AUDIT_UNAVAILABLE', `nothing is proven: ${file} line ${String(line)}: ${reason}`, {
        next: 'ubos audit verify --full',
      });
    }
    const id = idOf(collectors, wanted);
    const proofs: LogProof[] = [];
    let uncovered = 0;
    for (const [log, collector] of collectors) {
      if (collector.matches.length === 0) continue;
      const proof = collector.prove(join(paths.heads, `${log}.head`));
      uncovered += collector.matches.length - (proof?.records.length ?? 0);
      if (proof !== undefined && proof.records.length > 0) proofs.push(proof);
    }
    writeJson(context, 'audit-proof', { proposal_id: id, uncovered, proofs });
    if (uncovered > 0) context.stderr.write(`ubos: ${String(uncovered)} records are newer than the newest head: wait for the next one\n`);
    return uncovered === 0 ? EXIT.ok : EXIT.failure;
  },
};
