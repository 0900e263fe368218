import { join } from 'node:path';
import type { LogProof, ProofCollector } from '../../../adapters/audit/verify/prove-records.js';
import type { VerifierKey } from '../../../adapters/audit/format/signed-note.js';
import type { LogName } from '../../../domain/trail/logs.js';
import { logNames } from '../../../domain/trail/logs.js';
import { JanusError } from '../../../domain/errors.js';
import type { Command, Context, Values } from '../../command.js';
import { textOf } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { jsonObjects } from '../../schemas/json-objects.js';
import { asUnreadable, headsKey, noTrail, noWords, proposalPrefix, trailFiles } from './trail-options.js';
import type { Uncovered } from './ask-for-heads.js';
import { checkFile, proofCheckJson } from './check-proof-file.js';

const usage = 'ubos audit prove ID [--now] > FILE · ubos audit prove --check FILE [--key VKEY|FILE] [--json]';

/** The one proposal that the records are about. */
function idOf(collectors: ReadonlyMap<LogName, ProofCollector>, wanted: string): string {
  const ids = [...new Set([...collectors.values()].flatMap(({ matches }) => matches.map(({ actionId }) => actionId)))];
  const [id, other] = ids;
  if (id === undefined)
    throw new JanusError('PROPOSAL_NOT_FOUND', `no record is about ${wanted}`, { next: 'ubos audit export --log proposals' });
  if (other !== undefined)
    throw new JanusError('AMBIGUOUS_ID', `${wanted} may be ${ids.slice(0, 5).join(', ')}`, { next: `ubos audit prove ${id}` });
  return id;
}

/** Verifies the trail with the collectors looking on. Nothing is proven about a trail in which something is wrong. */
async function collect(collectors: ReadonlyMap<LogName, ProofCollector>, key: VerifierKey | undefined, context: Context): Promise<void> {
  const config = await context.config();
  const { verifyTrail } = await import('../../../adapters/audit/verify/verify-trail.js');
  const verdicts = await verifyTrail({
    files: trailFiles(config),
    headsFolder: config.paths.heads,
    logs: logNames,
    key,
    observe:
      (log) =>
      (...seen) =>
        collectors.get(log)?.observe(...seen),
    onStart: (log, anchor) => collectors.get(log)?.onStart(anchor),
  });
  if (verdicts.every(({ state }) => state === 'absent')) throw noTrail(config);
  const problem = verdicts.find((each) => each.problem !== undefined)?.problem;
  if (problem !== undefined)
    throw new JanusError('AUDIT_UNAVAILABLE', `nothing is proven: ${problem.file} line ${problem.line}: ${problem.reason}`, {
      next: 'ubos audit verify --full',
    });
}

const json = jsonObjects(({ z, text, count, digest, log, proposalId, shapeOf }) => ({
  'audit-proof': z.strictObject({
    proposal_id: proposalId,
    uncovered: count.describe('records that are newer than the newest head'),
    proofs: z.array(
      shapeOf<LogProof>()(
        z.strictObject({
          log,
          head: text.describe('C2SP signed note'),
          records: z.array(
            z.strictObject({ seq: count, line: text, path: z.array(digest).describe('RFC 6962 audit path, from the leaf up') }),
          ),
        }),
      ),
    ),
  }),
}));

interface Gathered {
  readonly id: string;
  readonly proofs: readonly LogProof[];
  /** How many records no head covers, and of each log the newest of them. */
  readonly uncovered: number;
  readonly newest: readonly Uncovered[];
}

const timeOf = (line: string) => String((JSON.parse(line) as { readonly timestamp?: unknown }).timestamp);

async function gather(wanted: string, values: Values, context: Context): Promise<Gathered> {
  const { paths } = await context.config();
  const { createProofCollector } = await import('../../../adapters/audit/verify/prove-records.js');
  const { readIfThere } = await import('../../../adapters/audit/heads/read-heads.js');
  const { checkProof } = await import('../../../adapters/audit/verify/check-proof.js');
  const collectors = new Map(logNames.map((log) => [log, createProofCollector(log, (id) => id.startsWith(wanted))]));
  // Before the logs: a head that is signed while they are read would say more than was read.
  const notes = new Map(logNames.map((log) => [log, readIfThere(join(paths.heads, `${log}.head`)) ?? '']));
  const key = await headsKey(values, context);
  await collect(collectors, key, context);
  const id = idOf(collectors, wanted);
  const proofs: LogProof[] = [];
  const newest: Uncovered[] = [];
  let uncovered = 0;
  for (const [log, collector] of collectors) {
    const { matches } = collector;
    const last = matches.at(-1);
    if (last === undefined) continue;
    const proof = collector.prove(notes.get(log) ?? '');
    const left = matches.length - (proof?.records.length ?? 0);
    uncovered += left;
    if (left > 0) newest.push({ log, seq: last.seq, timestamp: timeOf(last.line) });
    if (proof !== undefined && proof.records.length > 0) proofs.push(proof);
  }
  const checked = proofs.length === 0 || key === undefined ? undefined : checkProof({ proposalId: id, proofs }, key);
  if (checked !== undefined && 'problem' in checked)
    throw new JanusError('AUDIT_UNAVAILABLE', `the proof does not hold: ${checked.problem}`, { next: 'ubos audit verify --full' });
  return { id, proofs, uncovered, newest };
}

async function prove(wanted: string, values: Values, context: Context): Promise<number> {
  const { askForHeads, nextHead } = await import('./ask-for-heads.js');
  const config = await context.config();
  let found = await gather(wanted, values, context);
  if (values['now'] === true && found.uncovered > 0) {
    await askForHeads(found.newest, config, context);
    found = await gather(wanted, values, context);
  }
  const { id, proofs, uncovered, newest } = found;
  json.write(context.stdout, 'audit-proof', { proposal_id: id, uncovered, proofs: [...proofs] });
  if (uncovered === 0) return EXIT.ok;
  const newer = uncovered === 1 ? '1 record is' : `${uncovered} records are`;
  context.stderr.write(`ubos: ${newer} newer than the newest head, and not in the proof: ${nextHead(newest, id, config, context.now())}\n`);
  return EXIT.failure;
}

export const command: Command = {
  json: [json, proofCheckJson],
  usage,
  details:
    'Verifies the trail and prints every record of one proposal with the proof that the newest signed head of its log covers it (RFC 6962 audit paths), always as JSON. --check holds such a file against the public key alone: without the log, without a server, and on another machine with --key; there node deploy/audit-verify.mjs does the same without Janus. --now has the witness sign at once what no head covers yet, by closing its file as `ubos audit rotate` does, and waits 30 s for it at most: only who may write to the log can. A proof shows that these records stand in the log, not that there are no others.\nExit codes: 1 the trail does not verify, no head covers a record yet, or the file proves nothing; 2 the file is no proof; 3 there is no such proposal, or no log; 4 --now, and this account may not close the file; 124 --now, and no head came.',
  options: { now: { type: 'boolean' }, check: { type: 'string' }, key: { type: 'string' } },
  async run({ positionals, values }, context) {
    const [reference, ...more] = positionals;
    const file = textOf(values, 'check');
    try {
      if (file !== undefined && values['now'] === true)
        throw new JanusError('USAGE', '--check reads a file: --now is for making one', { next: usage });
      if (file === undefined) {
        noWords(more, usage);
        if (reference === undefined) throw new JanusError('USAGE', 'which proposal?', { next: usage });
        return await prove(proposalPrefix(reference, usage), values, context);
      }
      noWords(positionals, usage);
      return await checkFile(file, values, context);
    } catch (error) {
      throw asUnreadable(error);
    }
  },
};
