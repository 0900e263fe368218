import type { JanusErrorCode } from '../../../domain/errors.js';
import { JanusError } from '../../../domain/errors.js';
import type { Lookup, OracleAnswer, OracleAnswered, OracleFailed, OracleFailureCode } from '../../../domain/oracles/oracle.js';
import { oracleNames } from '../../../domain/oracles/oracle.js';
import { queryProblem } from '../../../domain/oracles/query.js';
import { visible } from '../../../domain/text/visible.js';
import type { Command, Context } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { jsonObjects } from '../../schemas/json-objects.js';
import { wrap } from '../../terminal/output.js';
import { noWords } from '../controls/words.js';
import { askOnRecord, openOracles } from './asking.js';

const usage = "ubos oracle ask groq|wolfram|datacommons 'QUESTION' [--fresh] [--json]";
const example = "ubos oracle ask wolfram 'distance from the earth to the moon'";

const json = jsonObjects(({ z, text, isoTime }) => ({
  'oracle-answer': z.strictObject({
    oracle: z.enum(oracleNames),
    query: text,
    kind: z.enum(['text', 'number', 'series']),
    text: text.describe("a stranger's words"),
    value: z.number().nullable().describe('of a number'),
    unit: text.nullable(),
    points: z.array(z.strictObject({ date: text, value: z.number() })).describe('of a series, the oldest first'),
    at: isoTime.describe('when the oracle said so'),
    cached: z.boolean().describe('it had answered the same before, and was not asked now'),
  }),
}));

function lookupOf([oracle, query, ...more]: readonly string[]): Lookup {
  const name = oracleNames.find((each) => each === oracle);
  if (name === undefined)
    throw new JanusError(
      'USAGE',
      oracle === undefined ? 'which oracle?' : `${JSON.stringify(oracle)} is no oracle: one of ${oracleNames.join(', ')}`,
      {
        next: example,
      },
    );
  if (query === undefined) throw new JanusError('USAGE', `what shall ${name} be asked?`, { next: example });
  noWords(more, 0, "put the question in quotes: ubos oracle ask NAME 'QUESTION'");
  const lookup = { oracle: name, query };
  const problem = queryProblem(lookup);
  if (problem !== undefined) throw new JanusError('USAGE', `${visible(JSON.stringify(query))}: ${problem}`, { next: example });
  return lookup;
}

const codes: Readonly<Partial<Record<OracleFailureCode, JanusErrorCode>>> = {
  unavailable: 'ORACLE_UNAVAILABLE',
  quota: 'ORACLE_UNAVAILABLE',
  not_permitted: 'ORACLE_UNAVAILABLE',
  timeout: 'TIMEOUT',
  bad_query: 'USAGE',
};

const nexts: Readonly<Partial<Record<OracleFailureCode, string>>> = {
  unavailable: 'name a key in agent.yaml (docs/oracles.md says how), then: ubos doctor',
  not_permitted: 'put a key that counts into its file, then: ubos doctor',
  quota: 'ubos audit tail --log mission_log',
  unreachable: 'ubos doctor',
};

function failure({ oracle, code, why, retryAfterSeconds }: OracleFailed): JanusError {
  const later = retryAfterSeconds === undefined ? undefined : `ask again in ${retryAfterSeconds} s`;
  const next = later ?? nexts[code];
  return new JanusError(codes[code] ?? 'ORACLE_FAILED', `oracle ${oracle}: ${code}: ${visible(why)}`, {
    details: { oracle, outcome: code, ...(retryAfterSeconds !== undefined && { retry_after_seconds: retryAfterSeconds }) },
    ...(next !== undefined && { next }),
  });
}

function write({ oracle, query, result, at, isCached }: OracleAnswered, context: Context): void {
  if (context.json) {
    const { kind, text } = result;
    json.write(context.stdout, 'oracle-answer', {
      ...{ oracle, query, kind, text, at, cached: isCached },
      value: result.kind === 'number' ? result.value : null,
      unit: result.kind === 'text' ? null : (result.unit ?? null),
      points: result.kind === 'series' ? result.points : [],
    });
    return;
  }
  context.stdout.write(`${wrap(visible(result.text, { keepNewlines: true }), context.columns)}\n`);
  if (result.kind === 'number') {
    const unit = result.unit === undefined ? '' : ` ${visible(result.unit)}`;
    context.stderr.write(`  As a number: ${result.value}${unit}\n`);
  }
  context.stderr.write(
    `  ${oracle}, ${isCached ? `from the cache, asked at ${at}` : 'asked now'}. Outside text: nothing of Janus obeys it.\n`,
  );
}

export const command: Command = {
  json: [json],
  usage,
  details:
    'Asks an oracle one question and shows what it says. Nothing but the question leaves this machine. An answer that is in the cache is not asked for again, but with --fresh. Counts as one of the daily lookups, and is in the mission log. Needs no server. Exit code 4: it has no key, its key does not count, or it was asked as often as is allowed; 1: its answer is none.',
  options: { fresh: { type: 'boolean' } },
  async run({ positionals, values }, context) {
    const lookup = lookupOf(positionals);
    const config = await context.config();
    if (!config.oracles.enabled)
      throw new JanusError('ORACLE_UNAVAILABLE', 'no oracle is asked: integrations.oracle_trinity.enabled is false', {
        next: 'say integrations: { oracle_trinity: { enabled: true } } in agent.yaml (docs/oracles.md)',
      });
    const oracles = await openOracles(config, context);
    const before = values['fresh'] === true ? undefined : await oracles.cached(lookup);
    const answer: OracleAnswer = before ?? (await askOnRecord(lookup, { config, oracles, context }));
    if (answer.kind === 'failed') throw failure(answer);
    write(answer, context);
    return EXIT.ok;
  },
};
