import { createHash } from 'node:crypto';
import { buildTrail, makeKeys } from './built-trail.js';
import type { BuiltTrail } from './built-trail.js';

export type Files = Map<string, Buffer>;
/** A number from 0 to `below` - 1. */
export type Dice = (below: number) => number;

/** Numbers that look random and are the same for the same seed (mulberry32). */
export function diceOf(seed: number): Dice {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
}

/** A trail that had a life of `turns` turns: records, torn lines, rotations, failed syncs, removals, heads. */
export function live(dice: Dice, turns: number, keys = makeKeys()): BuiltTrail {
  const trail = buildTrail(keys);
  const torn = ['{"timestamp":"2026', 'x', '{}', 'a\nb', '\n', '{"v":1,"log":"proposals"}\r', '\u00ff\u0000'];
  for (let turn = 0; turn < turns; turn += 1) {
    const log = dice(4) === 0 ? 'mission_log' : 'proposals';
    const kind = dice(16);
    if (kind < 8) trail.add(log, { word: `word ${turn}`, ...(dice(9) === 0 && { timestamp: '2025-01-01T00:00:00.000Z' }) });
    else if (kind === 8) trail.tear(log, Buffer.from(torn[dice(torn.length)]!, 'latin1'));
    else if (kind < 11) trail.rotate(log);
    else if (kind === 11) trail.abandon(log, dice(4));
    else if (kind === 12) trail.prune('proposals');
    else if (trail.leavesOf(log).length > 0) trail.head(log);
  }
  return trail;
}

const linesOf = (bytes: Buffer) => bytes.toString('latin1').split('\n').slice(0, -1);
const unlines = (lines: readonly string[]) => Buffer.from(lines.map((line) => `${line}\n`).join(''), 'latin1');
const isLog = (name: string) => !name.startsWith('heads/');

function pick<T>(all: readonly T[], dice: Dice): T | undefined {
  return all[dice(all.length)];
}

function parse(line: string): Record<string, unknown> | undefined {
  try {
    const value = JSON.parse(line) as Record<string, unknown> | null;
    return typeof value === 'object' && value !== null && 'seq' in value ? value : undefined;
  } catch {
    return undefined;
  }
}

/** What somebody does who knows the format: every `prev` is made right again, from the first file to the last. */
function relink(files: Files, log: string): void {
  const names = [...files.keys()].filter((name) => name.startsWith(`${log}.`)).sort();
  let prev: string | undefined;
  for (const name of names) {
    const lines = linesOf(files.get(name)!).map((line) => {
      const record = parse(line);
      const linked = record === undefined || prev === undefined ? line : JSON.stringify({ ...record, prev });
      prev = createHash('sha256').update('\0').update(linked, 'latin1').digest('hex');
      return linked;
    });
    files.set(name, unlines(lines));
  }
}

const strange: readonly unknown[] = [
  null,
  0,
  -1,
  1,
  7,
  1.5,
  '',
  'x',
  'segment_open',
  'segment_close',
  [],
  {},
  true,
  '2020-01-01T00:00:00.000Z',
];

function onLines(change: (lines: string[], dice: Dice) => readonly string[]) {
  return (files: Files, dice: Dice) => {
    const name = pick([...files.keys()].filter(isLog), dice);
    if (name === undefined) return;
    const lines = linesOf(files.get(name)!);
    if (lines.length > 0) files.set(name, unlines(change(lines, dice)));
  };
}

/** Changes one value of one record, and sets the chain right. */
function forge(files: Files, dice: Dice): void {
  const name = pick([...files.keys()].filter(isLog), dice);
  if (name === undefined) return;
  const lines = linesOf(files.get(name)!);
  const at = dice(3) === 0 ? 0 : dice(lines.length);
  const record = parse(lines[at] ?? '');
  if (record === undefined) return;
  const key = pick(Object.keys(record), dice)!;
  const value = dice(2) === 0 ? strange[dice(strange.length)] : undefined;
  const inner = record[key];
  if (typeof inner === 'object' && inner !== null && value === undefined)
    Object.assign(inner, { [pick(Object.keys(inner), dice)!]: dice(500) });
  else record[key] = value;
  lines[at] = JSON.stringify(record);
  files.set(name, unlines(lines));
  relink(files, name.split('.')[0]!);
}

/** Removes or repeats a record, or takes the link out of seals; numbers the rest anew, or not; and sets the chain right. */
function rewrite(files: Files, dice: Dice): void {
  const log = dice(4) === 0 ? 'mission_log' : 'proposals';
  const names = [...files.keys()].filter((name) => name.startsWith(`${log}.`)).sort();
  const name = pick(names, dice);
  if (name === undefined) return;
  const lines = linesOf(files.get(name)!);
  const [kind, at, isNumbered] = [dice(3), dice(lines.length), dice(3) > 0];
  if (kind === 0) lines.splice(at, 1);
  if (kind === 1 && lines[at] !== undefined) lines.splice(at + 1, 0, lines[at]);
  files.set(name, unlines(kind === 2 ? lines.map((line) => line.replace(/"after":"\w+",/, '')) : lines));
  let seq: number | undefined;
  for (const each of isNumbered ? names : []) {
    const numbered = linesOf(files.get(each)!).map((line) => {
      const record = parse(line);
      if (record === undefined) return line;
      seq = seq === undefined ? Number(record['seq']) : seq + 1;
      return JSON.stringify({ ...record, seq });
    });
    files.set(each, unlines(numbered));
  }
  relink(files, log);
}

function onHeads(change: (text: string, dice: Dice) => string) {
  return (files: Files, dice: Dice) => {
    const name = pick(
      [...files.keys()].filter((each) => !isLog(each)),
      dice,
    );
    if (name !== undefined) files.set(name, Buffer.from(change(files.get(name)!.toString(), dice)));
  };
}

const atByte = (bytes: Buffer, dice: Dice) => dice(Math.max(1, bytes.length));

/** Each way to tamper with a trail, at a place that the dice choose. */
export const tamperings: Readonly<Record<string, (files: Files, dice: Dice) => void>> = {
  edit: onLines((lines, dice) => {
    const at = dice(lines.length);
    return lines.with(at, lines[at]!.replace(/what|word|2026|abandoned|torn/, 'that'));
  }),
  'bit flip': (files, dice) => {
    const name = pick([...files.keys()], dice)!;
    const bytes = Buffer.from(files.get(name)!);
    const at = atByte(bytes, dice);
    if (bytes.length > 0) bytes[at] = bytes[at]! ^ (1 << dice(8));
    files.set(name, bytes);
  },
  deletion: onLines((lines, dice) => lines.toSpliced(dice(lines.length), 1 + dice(2))),
  insertion: onLines((lines, dice) =>
    lines.toSpliced(dice(lines.length + 1), 0, dice(2) === 0 ? pick(lines, dice)! : pick(['', 'x', '{}', 'null', '5'], dice)!),
  ),
  reordering: onLines((lines, dice) => {
    const [a, b] = [dice(lines.length), dice(lines.length)];
    return lines.with(a, lines[b]!).with(b, lines[a]!);
  }),
  'swapped files': (files, dice) => {
    const names = [...files.keys()];
    const [a, b] = [pick(names, dice)!, pick(names, dice)!];
    const [bytes, others] = [files.get(a)!, files.get(b)!];
    files.set(a, others).set(b, bytes);
  },
  'removed file': (files, dice) => void files.delete(pick([...files.keys()], dice)!),
  'emptied file': (files, dice) => void files.set(pick([...files.keys()], dice)!, Buffer.alloc(0)),
  'renamed file': (files, dice) => {
    const name = pick([...files.keys()].filter(isLog), dice);
    if (name === undefined) return;
    const bytes = files.get(name)!;
    files.delete(name);
    files.set(
      pick(
        [
          name.replace('20260101', '20260102'),
          name.replace(/(\d)(?=\.2026)/, '9'),
          'proposals.jsonl',
          'proposals.000000000000.20260101.3.jsonl',
        ],
        dice,
      )!,
      bytes,
    );
  },
  'clean tail cut': (files, dice) => {
    const name = pick(['proposals.jsonl', 'mission_log.jsonl'], dice)!;
    const lines = linesOf(files.get(name) ?? Buffer.alloc(0));
    if (files.has(name)) files.set(name, unlines(lines.slice(0, dice(lines.length + 1))));
  },
  'torn tail': (files, dice) => {
    const name = pick([...files.keys()], dice)!;
    const bytes = files.get(name)!;
    files.set(name, bytes.subarray(0, atByte(bytes, dice)));
  },
  'replaced log': (files, dice) => {
    const other = live(dice, 20).files();
    for (const name of files.keys()) if (name.startsWith('proposals.')) files.delete(name);
    for (const [name, bytes] of other)
      if (name.startsWith(dice(2) === 0 ? 'proposals.' : 'heads/proposals') || name.startsWith('proposals.')) files.set(name, bytes);
  },
  'time going back': (files, dice) => {
    const name = pick([...files.keys()].filter(isLog), dice);
    if (name === undefined) return;
    const lines = linesOf(files.get(name)!);
    const at = dice(lines.length);
    if (lines[at] !== undefined) files.set(name, unlines(lines.with(at, lines[at].replace('"timestamp":"2026', '"timestamp":"2024'))));
    relink(files, name.split('.')[0]!);
  },
  forgery: forge,
  rewrite,
  'forged head': (files, dice) => {
    const other = live(diceOf(dice(1_000)), 30).files();
    const name = pick(
      [...other.keys()].filter((each) => !isLog(each)),
      dice,
    )!;
    files.set(name, other.get(name)!);
  },
  'edited head': onHeads((text, dice) =>
    text.replace(
      pick([/\d+/, /leaf ./, /time ..../, /janus/, /\n— /, /[A-Za-z]=/, /\/proposals/], dice)!,
      pick(['7', 'leaf 0', '', 'x'], dice)!,
    ),
  ),
  'edited head history': onHeads((text, dice) => {
    const lines = text.split('\n');
    return lines.toSpliced(dice(lines.length), dice(2), pick(['', '{"note":"x"}', '{"note":5}', 'null', '{', lines[0]!], dice)!).join('\n');
  }),
};
