import type { NoteAt } from '../../../adapters/audit/heads/read-heads.js';
import type { Finding, LogVerdict } from '../../../adapters/audit/contract/verdict.js';
import type { LogName } from '../../../domain/trail/logs.js';
import { logNames } from '../../../domain/trail/logs.js';
import { JanusError } from '../../../domain/errors.js';
import { errnoWords } from '../../../domain/text/errno-words.js';
import { shorten, visible } from '../../../domain/text/visible.js';
import type { Command, Context, Values } from '../../command.js';
import { textsOf } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { jsonObjects } from '../../schemas/json-objects.js';
import { paint, wrap } from '../../terminal/output.js';
import { asUnreadable, headsKey, logsOf, noTrail, noWords, textOfFile, trailFiles } from './trail-options.js';

const usage =
  'ubos audit verify [--log mission_log|tool_use|proposals] [--full] [--against HEADFILE]... [--key VKEY|FILE] [--strict] [--json]';

/** Heads of the files that --against names. Each must say something about a log that is looked at: else nothing would be compared. */
async function keptHeads(values: Values, logs: readonly LogName[], context: Context): Promise<readonly NoteAt[]> {
  const { notesOfFile } = await import('../../../adapters/audit/heads/read-heads.js');
  const { decodeHead } = await import('../../../adapters/audit/format/signed-note.js');
  const all: NoteAt[] = [];
  for (const path of textsOf(values, 'against')) {
    const notes = notesOfFile(path, await textOfFile(path, context));
    const about = [...new Set(notes.flatMap(({ note }) => decodeHead(note)?.log ?? []))];
    if (about.length === 0) throw new JanusError('USAGE', `${path} holds no head`, { next: '--against proposals.head' });
    if (!about.some((log) => logs.includes(log)))
      throw new JanusError('USAGE', `${path} is about ${about.join(', ')}, and only ${logs.join(', ')} is looked at`, { next: usage });
    all.push(...notes.map((note) => ({ ...note, place: path })));
  }
  return all;
}

interface SecondPlace {
  readonly notes: readonly NoteAt[];
  /** Why nothing could be read there. */
  readonly problem?: string;
}

/** Heads that the witness has copied elsewhere. A place that cannot be read is said to be none: it is another's, and may be away. */
async function secondPlace(folder: string | undefined, logs: readonly LogName[], full: boolean): Promise<SecondPlace> {
  if (folder === undefined) return { notes: [] };
  const { notesBeside } = await import('../../../adapters/audit/heads/read-heads.js');
  try {
    const notes = logs.flatMap((log) => notesBeside(folder, log, full));
    return {
      notes: notes.map((note) => ({ ...note, file: `${folder}/${note.file}`, place: folder })),
      ...(notes.length === 0 && { problem: 'there is no head' }),
    };
  } catch (error) {
    return { notes: [], problem: errnoWords(error) };
  }
}

interface Outcome {
  readonly ok: boolean;
  readonly full: boolean;
  /** Undefined: it cannot be seen. */
  readonly sameUser: boolean | undefined;
  readonly second: { readonly folder: string; readonly problem: string } | undefined;
}

/** Programs get null for what is absent; findings may become more kinds. */
type ShownFinding = Omit<Finding, 'kind'> & { readonly kind: string };
type ShownVerdict = Omit<LogVerdict, 'problem' | 'warnings' | 'notices' | 'vouched' | 'head' | 'places'> & {
  readonly problem: ShownFinding | null;
  readonly warnings: readonly ShownFinding[];
  readonly notices: readonly ShownFinding[];
  readonly vouched: NonNullable<LogVerdict['vouched']> | null;
  readonly head: NonNullable<LogVerdict['head']> | null;
  readonly places?: LogVerdict['places'];
};

const json = jsonObjects(({ z, text, count, digest, log, shapeOf }) => {
  const found = shapeOf<ShownFinding>()(
    z.strictObject({
      kind: text.describe('stable'),
      file: text,
      line: count.describe('first line is 1; 0: the file as a whole'),
      reason: text,
    }),
  );
  return {
    'audit-verdict': z.strictObject({
      ok: z.boolean(),
      full: z.boolean(),
      same_user: z
        .boolean()
        .nullable()
        .describe('one account owns the key of the heads and the log: heads prove nothing against it; null: that cannot be seen'),
      second_place: z
        .strictObject({ folder: text, problem: text.nullable().describe('why nothing of it was compared') })
        .nullable()
        .optional()
        .describe('null: none is configured; deploy/audit-verify.mjs leaves it out'),
      logs: z.array(
        shapeOf<ShownVerdict>()(
          z.strictObject({
            log,
            state: z.enum(['ok', 'broken', 'absent']),
            vouched: z.strictObject({ from: count, to: count, leaf: digest, root: digest }).nullable(),
            problem: found.nullable().describe('the first one: what comes after it was not looked at'),
            warnings: z.array(found),
            notices: z.array(found),
            records: count,
            segments: count,
            head: z.strictObject({ size: count, time: text }).nullable(),
            heads_compared: count,
            places: z
              .array(z.strictObject({ place: text, heads: count }))
              .optional()
              .describe('where the heads that agree were kept; deploy/audit-verify.mjs leaves it out'),
          }),
        ),
      ),
    }),
  };
});

const said = (text: string) => visible(shorten(text, 400));
const where = ({ file, line }: Finding) => (line === 0 ? file : `${file} line ${line}`);
const finding = (each: Finding) => said(`${where(each)}: ${each.reason} (${each.kind})`);
const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`;

function linesOf(verdict: LogVerdict, context: Context): readonly string[] {
  const { log, state, problem, warnings, notices, vouched, segments, head, places } = verdict;
  const mark = { ok: paint(context, 'green', '✓'), broken: paint(context, 'red', '✗'), absent: '-' }[state];
  if (state === 'absent') return [`${mark} ${log}: there is none`];
  const range =
    vouched === undefined ? 'no records' : `records ${vouched.from} to ${vouched.to} in ${counted(segments, 'file')}, one unbroken chain`;
  const newer = vouched === undefined || head === undefined ? 0 : vouched.to + 1 - head.size;
  const heads = places.map(
    ({ place, heads: count }) => `  ${counted(count, 'head')} of ${said(place)} ${count === 1 ? 'agrees' : 'agree'}`,
  );
  const covered =
    head === undefined
      ? []
      : [`  the newest, of ${head.time}, covers ${counted(head.size, 'record')}${newer > 0 ? `; ${newer} newer` : ''}`];
  return [
    problem === undefined ? `${mark} ${log}: ${range}` : `${mark} ${log}: ${finding(problem)}`,
    ...(problem === undefined ? [...heads, ...covered] : [`  sound: ${range}`]),
    ...warnings.map((each) => `  ${paint(context, 'yellow', '!')} ${finding(each)}`),
    ...notices.map((each) => `  · ${finding(each)}`),
  ];
}

const snake = ({ headsCompared, vouched, problem, head, ...rest }: LogVerdict) => ({
  ...rest,
  vouched: vouched ?? null,
  problem: problem ?? null,
  head: head ?? null,
  heads_compared: headsCompared,
});

function print(verdicts: readonly LogVerdict[], { ok, full, sameUser, second }: Outcome, context: Context): void {
  if (context.json) {
    json.write(context.stdout, 'audit-verdict', {
      ...{ ok, full, same_user: sameUser ?? null },
      second_place: second === undefined ? null : { folder: second.folder, problem: second.problem === '' ? null : second.problem },
      logs: verdicts.map(snake),
    });
    return;
  }
  const notes = [
    ...(second === undefined || second.problem === '' ? [] : [`second place ${said(second.folder)}: not compared, ${second.problem}`]),
    ...(sameUser === true
      ? [
          'the same user owns the key of the heads and the log, as in development: heads prove nothing against that user, unless they were kept elsewhere (--against, audit.heads.second_place)',
        ]
      : []),
    ...(verdicts.some(({ state }) => state === 'broken') ? ['change nothing, copy the files; docs/audit.md says how to go on'] : []),
  ];
  const lines = [...verdicts.flatMap((verdict) => linesOf(verdict, context)), ...notes.map((note) => `· ${note}`)];
  for (const line of lines) context.stdout.write(`${wrap(line, context.columns, 4)}\n`);
}

/** Of those logs that a head spoke for. One is enough: whoever owns it can rewrite it, and sign that. */
function sameUserOf(verdicts: readonly LogVerdict[], isSame: (log: LogName) => boolean | undefined): boolean | undefined {
  const answers = verdicts.filter(({ headsCompared }) => headsCompared > 0).map(({ log }) => isSame(log));
  return answers.includes(true) ? true : answers.includes(undefined) ? undefined : false;
}

export const command: Command = {
  json: [json],
  usage,
  details:
    'Reads every file of each log and says whether anything was changed, removed, added or put into another order since it was written. Needs no server, changes nothing. --full compares every head of the history and looks at the shape of every record. --against: heads that were kept elsewhere, as often as there are files; --key: the public key that was kept elsewhere. Those of audit.heads.second_place are compared by themselves. deploy/audit-verify.mjs says the same from the files alone, on another machine.\nExit codes: 0 nothing is wrong, 1 something is (with --strict a warning is enough), 3 there is no log, 4 it may not be read.',
  options: {
    log: { type: 'string' },
    full: { type: 'boolean' },
    against: { type: 'string', multiple: true },
    key: { type: 'string' },
    strict: { type: 'boolean' },
  },
  async run({ positionals, values }, context) {
    noWords(positionals, usage);
    const logs = logsOf(values);
    const config = await context.config();
    const { keyPath, secondPlace: folder } = config.audit.heads;
    const files = trailFiles(config);
    const full = values['full'] === true;
    try {
      const [key, kept] = [await headsKey(values, context), await keptHeads(values, logs, context)];
      if (key === undefined && kept.length > 0)
        throw new JanusError('USAGE', `there is no public key to check ${textsOf(values, 'against').join(', ')} with`, {
          next: '--key heads.pub',
        });
      const { isSameUser, verifyTrail } = await import('../../../adapters/audit/verify/verify-trail.js');
      const { notes, problem = '' } = await secondPlace(folder, logNames, full);
      const verdicts = await verifyTrail({ files, headsFolder: config.paths.heads, logs, full, against: [...notes, ...kept], key });
      if (verdicts.every(({ state }) => state === 'absent')) throw noTrail(config);
      const ok = verdicts.every(({ state, warnings }) => state !== 'broken' && (values['strict'] !== true || warnings.length === 0));
      const sameUser = sameUserOf(verdicts, (log) => isSameUser(keyPath, files[log]));
      print(verdicts, { ok, full, sameUser, second: folder === undefined ? undefined : { folder, problem } }, context);
      return ok ? EXIT.ok : EXIT.failure;
    } catch (error) {
      throw asUnreadable(error);
    }
  },
};
