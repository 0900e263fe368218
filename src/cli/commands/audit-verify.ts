import type { NoteAt } from '../../adapters/audit/read-heads.js';
import type { VerifierKey } from '../../adapters/audit/signed-note.js';
import type { Finding, LogVerdict } from '../../adapters/audit/verdict.js';
import { JanusError } from '../../domain/errors.js';
import type { Command, Context, Values } from '../command.js';
import { textOf } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { paint, shown, wrap, writeJson } from '../output.js';
import { asUnreadable, logsOf, noTrail, noWords, textOfFile, trailFiles } from '../trail-options.js';

const usage =
  'ubos audit verify [--log mission_log|tool_use|proposals] [--full] [--against HEADFILE] [--key VKEY|FILE] [--strict] [--json]';
const sameUserWords =
  'in development the same user holds the key of the heads and the log: they prove nothing against that user, unless a head was kept elsewhere (--against)';

async function keyOf(values: Values, context: Context): Promise<VerifierKey | undefined> {
  const asked = textOf(values, 'key');
  if (asked === undefined) return undefined;
  const { parseVerifierKey } = await import('../../adapters/audit/signed-note.js');
  const key = parseVerifierKey(asked) ?? parseVerifierKey(await textOfFile(asked, context));
  if (key === undefined) throw new JanusError('USAGE', `${asked} is no key of heads`, { next: '--key heads.pub' });
  return key;
}

async function keptHeads(values: Values, context: Context): Promise<readonly NoteAt[]> {
  const asked = textOf(values, 'against');
  if (asked === undefined) return [];
  const { notesOfFile } = await import('../../adapters/audit/read-heads.js');
  const notes = notesOfFile(asked, await textOfFile(asked, context));
  if (notes.length === 0) throw new JanusError('USAGE', `${asked} holds no head`, { next: '--against proposals.head' });
  return notes;
}

const where = ({ file, line }: Finding) => (line === 0 ? file : `${file} line ${String(line)}`);

function linesOf(verdict: LogVerdict, context: Context): readonly string[] {
  const { log, state, problem, warnings, notices, vouched, segments, head, headsCompared } = verdict;
  const mark = { ok: paint(context, 'green', '✓'), broken: paint(context, 'red', '✗'), absent: '-' }[state];
  const files = segments === 1 ? '1 file' : `${String(segments)} files`;
  const range = vouched === undefined ? 'no records' : `records ${String(vouched.from)} to ${String(vouched.to)} in ${files}`;
  const heads =
    head === undefined
      ? 'no head compared'
      : `${String(headsCompared)} heads agree, the newest of ${head.time} over ${String(head.size)} records`;
  const findings = (sign: string, all: readonly Finding[]) => all.map((each) => `  ${sign} ${where(each)}: ${each.reason} (${each.kind})`);
  if (state === 'absent') return [`${mark} ${log}: there is none`];
  return [
    problem === undefined ? `${mark} ${log}: ${range}; ${heads}` : `${mark} ${log}: ${where(problem)}: ${problem.reason} (${problem.kind})`,
    ...(problem === undefined ? [] : [`  vouched for: ${range}`]),
    ...findings(paint(context, 'yellow', '!'), warnings),
    ...findings('·', notices),
  ];
}

const snake = ({ headsCompared, vouched, problem, head, ...rest }: LogVerdict) => ({
  ...rest,
  vouched: vouched ?? null,
  problem: problem ?? null,
  head: head ?? null,
  heads_compared: headsCompared,
});

function print(
  verdicts: readonly LogVerdict[],
  { ok, full, sameUser }: { ok: boolean; full: boolean; sameUser: boolean },
  context: Context,
): void {
  if (context.json) {
    writeJson(context, 'audit-verdict', { ok, full, same_user: sameUser, logs: verdicts.map(snake) });
    return;
  }
  const lines = [...verdicts.flatMap((verdict) => linesOf(verdict, context)), ...(sameUser ? [`· ${sameUserWords}`] : [])];
  for (const line of lines) context.stdout.write(`${wrap(shown(line), context.columns, 4)}\n`);
}

export const command: Command = {
  usage,
  details:
    'Reads every file of each log and says whether anything was changed, removed, added or put into another order since it was written. Needs no server, changes nothing. --full compares every head of the history and looks at the shape of every record. --against: heads that were kept elsewhere; --key: the public key that was kept elsewhere. deploy/audit-verify.mjs says the same from the files alone, on another machine.\nExit codes: 0 nothing is wrong, 1 something is (with --strict a warning is enough), 3 there is no log.',
  options: {
    log: { type: 'string' },
    full: { type: 'boolean' },
    against: { type: 'string' },
    key: { type: 'string' },
    strict: { type: 'boolean' },
  },
  async run({ positionals, values }, context) {
    noWords(positionals, usage);
    const logs = logsOf(values);
    const config = await context.config();
    const [key, against] = [await keyOf(values, context), await keptHeads(values, context)];
    const { isSameUser, verifyTrail } = await import('../../adapters/audit/verify-trail.js');
    const files = trailFiles(config);
    const full = values['full'] === true;
    try {
      const verdicts = await verifyTrail({ files, headsFolder: config.paths.heads, logs, full, against, key });
      if (verdicts.every(({ state }) => state === 'absent')) throw noTrail(config);
      const ok = verdicts.every(({ state, warnings }) => state !== 'broken' && (values['strict'] !== true || warnings.length === 0));
      const sameUser = verdicts.some(({ log, headsCompared }) => headsCompared > 0 && isSameUser(config.audit.heads.keyPath, files[log]));
      print(verdicts, { ok, full, sameUser }, context);
      return ok ? EXIT.ok : EXIT.failure;
    } catch (error) {
      throw asUnreadable(error);
    }
  },
};
