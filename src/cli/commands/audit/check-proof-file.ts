import type { ProvenLog } from '../../../adapters/audit/verify/check-proof.js';
import type { VerifierKey } from '../../../adapters/audit/format/signed-note.js';
import { JanusError } from '../../../domain/errors.js';
import { shorten, visible } from '../../../domain/text/visible.js';
import type { Context, Values } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { jsonObjects } from '../../schemas/json-objects.js';
import { paint, wrap } from '../../terminal/output.js';
import { headsKey, textOfFile } from './trail-options.js';

const counted = (count: number) => `${count} record${count === 1 ? '' : 's'}`;

function linesOf(logs: readonly ProvenLog[], { name, id }: VerifierKey, proposal: string, context: Context): readonly string[] {
  const records = logs.reduce((sum, each) => sum + each.records.length, 0);
  return [
    `${paint(context, 'green', '✓')} ${proposal}: ${counted(records)}, each where a signed head has it`,
    ...logs.flatMap(({ head, records: own }) => [
      `${head.log} of ${visible(head.vesselId)}, head of ${head.time} over ${counted(head.size)}:`,
      ...own.map(({ seq, timestamp, event_type: event, summary }) =>
        ['  ' + String(seq), visible(String(timestamp)), `${visible(String(event))}: ${visible(shorten(String(summary), 200))}`].join(' '),
      ),
    ]),
    `signed by ${visible(name)}+${id}`,
  ];
}

/** What `checkFile` prints with --json. */
export const proofCheckJson = jsonObjects(({ z, text, count, isoTime, log }) => ({
  'audit-proof-check': z.strictObject({
    ok: z.boolean(),
    problem: text.nullable(),
    proposal_id: text.describe('as the file has it; what is no visible text is shown as ⟦...⟧'),
    key: text.describe('of the heads, as name+id'),
    logs: z.array(
      z.strictObject({
        log,
        vessel_id: text,
        size: count.describe('records that the head covers'),
        time: isoTime,
        records: z.array(z.strictObject({ seq: count, timestamp: text, event_type: text, summary: text })),
      }),
    ),
  }),
}));

/** `ubos audit prove --check`. */
export async function checkFile(file: string, values: Values, context: Context): Promise<number> {
  const { checkProof, parseProof } = await import('../../../adapters/audit/verify/check-proof.js');
  const written = parseProof(await textOfFile(file, context));
  if (written === undefined)
    throw new JanusError('USAGE', `${file} is no proof (ubos.audit-proof/v1)`, { next: 'ubos audit prove ID > FILE' });
  const key = await headsKey(values, context);
  if (key === undefined) throw new JanusError('USAGE', 'there is no public key to check it with', { next: '--key heads.pub' });
  const proposal = visible(shorten(written.proposalId, 60));
  const checked = checkProof(written, key);
  const [logs, problem] = 'problem' in checked ? [[], checked.problem] : [checked.logs, undefined];
  if (context.json)
    proofCheckJson.write(context.stdout, 'audit-proof-check', {
      ...{ ok: problem === undefined, problem: problem ?? null, proposal_id: proposal, key: `${key.name}+${key.id}` },
      logs: logs.map(({ head, records }) => ({
        ...{ log: head.log, vessel_id: head.vesselId, size: head.size, time: head.time },
        records: records.map(({ seq, timestamp, event_type: event, summary }) => ({ seq, timestamp, event_type: event, summary })),
      })),
    });
  else {
    const lines =
      problem === undefined ? linesOf(logs, key, proposal, context) : [`${paint(context, 'red', '✗')} ${proposal}: ${visible(problem)}`];
    for (const line of lines) context.stdout.write(`${wrap(line, context.columns, 4)}\n`);
  }
  return problem === undefined ? EXIT.ok : EXIT.failure;
}
