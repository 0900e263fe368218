#!/usr/bin/env node
// Was an audit trail of Janus changed since it was written? From its files, its heads and the public key alone, with nothing but Node. It is
// written from the format (docs/audit.md) and shares no line with the product, so that one mistake is not in both (docs/decisions/0021).
import { createHash, createPublicKey, hash, randomBytes, verify } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readdirSync, readFileSync, readSync, realpathSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const help = `node audit-verify.mjs FOLDER [--log LOG] [--full] [--strict] [--json] [--key VKEY|FILE] [--heads FOLDER] [--against HEADFILE]
node audit-verify.mjs FOLDER --mode [--allowed-signers FILE] [--brain-key FILE] [--at MOMENT] [--json] [--key VKEY|FILE]
node audit-verify.mjs --proof FILE --key VKEY|FILE [--json]

FOLDER has the logs (mission_log.jsonl, tool_use.jsonl, proposals.jsonl and their closed files) and, in heads/, the signed heads.
  --key      the public key of the heads, kept elsewhere; else heads/heads.pub, which whoever can write there can replace
  --against  heads that were kept elsewhere: one note, or a history; as often as there are files
  --full     compares every head of the history, and looks at the shape of every record
  --mode     and what the logs say of the mode, as "ubos mode check --trail" does; who authorised and recommended is verified with --allowed-signers
  --brain-key  the public key of the brain (keys/permit.pub), kept elsewhere, as often as it had one: what a mode consented to, and checkpoints, are verified
  --at       at a moment of the past: 2026-05-01, 2026-05-01T12:00:00Z
  --proof    checks what "ubos audit prove ID" has printed; no log is needed
Exit codes: 0 nothing is wrong, 1 something is (--strict: a warning is enough), 2 wrong use, 3 there is no log, 4 it may not be read.`;
const logNames = ['mission_log', 'tool_use', 'proposals'];
const genesis = '0'.repeat(64);
const lineBytesMax = 64 * 1024 * 1024;
const isHash = (value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
const isCount = (value) => Number.isSafeInteger(value) && value >= 0;
/** Ends the program with this exit code. */
const stop = (code, message) => {
  throw Object.assign(new Error(message), { exit: code });
};
/** Ends the reading of a log: the first thing that is wrong. */
const fail = (kind, file, line, reason) => {
  throw Object.assign(new Error(reason), { finding: { kind, file, line, reason } });
};
/** Whatever a file says stays where it is printed: no control, no direction mark, nothing invisible reaches the terminal. */
const hidden = /(?!\n)[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;
const visible = (text) => text.replace(hidden, (sign) => `⟦U+${sign.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}⟧`);
const print = (text) => process.stdout.write(`${visible(text).replaceAll('\n', '⟦U+000A⟧')}\n`);

/** Only what is not there may be missing: what may not be read is an error. */
const ifThere = (work) => {
  try {
    return work();
  } catch (error) {
    if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error;
    return undefined;
  }
};
const textOf = (path) => ifThere(() => readFileSync(path, 'utf8'));

// Trees of RFC 6962 section 2.1: a growing one is its size and its perfect subtrees, the largest first.
const pair = Buffer.alloc(65, 1);
function nodeOf(left, right) {
  pair.write(left, 1, 'hex');
  pair.write(right, 33, 'hex');
  return hash('sha256', pair);
}
function grow(tree, leaf) {
  let node = leaf;
  for (let rest = tree.size; rest % 2 === 1; rest = (rest - 1) / 2) node = nodeOf(tree.peaks.pop(), node);
  tree.peaks.push(node);
  tree.size += 1;
}
const rootOf = ({ peaks }) => (peaks.length === 0 ? hash('sha256', '') : peaks.reduceRight((right, left) => nodeOf(left, right)));
/** Where an audit path leads to from a leaf; undefined for a path that is too short or too long. */
function climb(leaf, index, size, path) {
  if (size === 1) return path.length === 0 ? leaf : undefined;
  let half = 1;
  while (half * 2 < size) half *= 2;
  const [isLeft, sibling] = [index < half, path.at(-1)];
  const below = isHash(sibling) ? climb(leaf, isLeft ? index : index - half, isLeft ? half : size - half, path.slice(0, -1)) : undefined;
  return below === undefined ? undefined : nodeOf(...(isLeft ? [below, sibling] : [sibling, below]));
}
/** Remembers each id by 64 bits of a hash with a secret: false for one that has been before. 16 to 32 bytes an id. */
function createIds() {
  let [slots, count, salt] = [new BigUint64Array(1 << 12), 0, randomBytes(16).toString('hex')];
  const put = (mark) => {
    let at = Number(mark & BigInt(slots.length - 1));
    while (slots[at] !== 0n && slots[at] !== mark) at = (at + 1) % slots.length;
    const isNew = slots[at] === 0n;
    slots[at] = mark;
    return isNew;
  };
  return (id) => {
    if ((count += 1) * 2 > slots.length) {
      const old = slots;
      slots = new BigUint64Array(old.length * 2);
      for (const mark of old) if (mark !== 0n) put(mark);
    }
    return put(hash('sha256', salt + id, 'buffer').readBigUInt64LE());
  };
}

// Heads: C2SP signed notes with Ed25519.
export function parseKey(text) {
  const [, name, id, encoded = ''] = /^([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]{44})$/.exec(text.trim()) ?? [];
  const bytes = Buffer.from(encoded, 'base64');
  const isRight = bytes.length === 33 && bytes[0] === 1 && hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), bytes])).startsWith(id);
  const key = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), bytes.subarray(1)]);
  return isRight ? { name, id, publicKey: createPublicKey({ key, format: 'der', type: 'spki' }) } : undefined;
}
function decodeNote(note) {
  const cut = note.indexOf('\n\n') + 1;
  const [origin, size, root, leaf, time, ...more] = note.slice(0, cut).split('\n');
  const [vessel, log, ...parts] = origin.split('/');
  const isRight = cut > 0 && /^[^\s+]+$/.test(vessel) && logNames.includes(log) && parts.length === 0 && more.join('|') === '';
  if (!isRight || !/^[1-9]\d{0,14}$/.test(size) || !/^[A-Za-z0-9+/]{43}=$/.test(root) || !/^leaf [0-9a-f]{64}$/.test(leaf))
    return undefined;
  if (!/^time \d{4}-\d\d-\d\dT[\d:.]+Z$/.test(time)) return undefined;
  const said = {
    vessel,
    log,
    size: Number(size),
    root: Buffer.from(root, 'base64').toString('hex'),
    leaf: leaf.slice(5),
    time: time.slice(5),
  };
  return { ...said, text: note.slice(0, cut), signatures: note.slice(cut + 1).split('\n') };
}
/** Why nobody should believe a decoded note; undefined where there is no reason. */
function doubt(head, key) {
  if (key === undefined) return 'there is no public key to check it with (heads.pub, --key)';
  if (head === undefined) return 'it is no head';
  const signatures = head.signatures.flatMap((line) => {
    const [, name, encoded = ''] = /^— (\S+) ([A-Za-z0-9+/]+=*)$/.exec(line) ?? [];
    const bytes = Buffer.from(encoded, 'base64');
    return name === key.name && bytes.length === 68 && bytes.toString('hex', 0, 4) === key.id ? [bytes.subarray(4)] : [];
  });
  if (signatures.length === 0) return `it is not signed by ${key.name}+${key.id}`;
  if (!signatures.some((each) => verify(null, Buffer.from(head.text), key.publicKey, each))) return 'its signature is false';
  return key.name === `${head.vessel}/heads` ? undefined : `${key.name} does not sign for ${head.vessel}`;
}
/** The notes of a file: one as it is signed, or a history of them. A line of a history that a kill tore is none. */
export function notesIn(path, isHistory) {
  const [text, file] = [textOf(path), basename(path)];
  if (text === undefined) return [];
  if (!(isHistory ?? text.startsWith('{'))) return [{ note: text, file, line: 1 }];
  return text.split('\n').flatMap((each, index) => {
    const note = decode(each)?.note;
    return typeof note === 'string' ? [{ note, file, line: index + 1 }] : [];
  });
}
function headsOf(log, { heads: folder, full, against, key }) {
  const history = notesIn(join(folder, `${log}.heads.jsonl`), true).slice(full ? 0 : -1);
  const beside = [...history, ...notesIn(join(folder, `${log}.head`), false)].map((each) => ({ ...each, place: folder }));
  const mine = [...beside, ...against].flatMap((each) => {
    const head = decodeNote(each.note);
    return head === undefined || head.log === log ? [{ place: each.file, ...each, head, reason: doubt(head, key) }] : [];
  });
  const bad = mine.find(({ reason }) => reason !== undefined);
  const heads = mine
    .flatMap(({ head, place, reason }) => (reason === undefined ? [{ ...head, place }] : []))
    .sort((a, b) => a.size - b.size);
  return { heads, problem: bad && { kind: 'head_invalid', file: bad.file, line: bad.line, reason: bad.reason } };
}

// Files.
function decode(text, log) {
  try {
    const value = JSON.parse(text);
    const isOurs = value.v === 1 && (log === '*' || value.log === log) && typeof value.id === 'string' && Number.isInteger(value.seq);
    return log === undefined || isOurs ? value : undefined;
  } catch {
    return undefined;
  }
}
function openFile(path) {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const stat = fstatSync(fd);
  return stat.isFile() ? { fd, size: stat.size, dev: stat.dev, ino: stat.ino } : stop(1, `${path} is no file`);
}
/** What writers have noted in the lock file of a log; it is written in place, so it is read until it stands still. Undefined where there is none. */
function noteOf(log, folder) {
  const path = join(folder, `${log}.jsonl.lock`);
  const read = () => ifThere(() => readFileSync(path, 'latin1').slice(0, 512));
  let text = read();
  for (let again = read(); again !== text; again = read()) text = again;
  const note = text === undefined ? undefined : decode(text);
  const texts = [note?.boot, note?.file, note?.leaf, note?.tip].every((each) => typeof each === 'string');
  const counts = [note?.bytes, note?.seq, note?.end].every(Number.isSafeInteger);
  return texts && counts && typeof note.isSuspect === 'boolean' ? note : undefined;
}
/** How many bytes of the active file writers account for; undefined where their note is of another file, another machine or before a start of this one. */
function accountedFor(note, file) {
  const boot = ifThere(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
  if (note === undefined || file === undefined || note.boot !== boot || note.file !== file.id || note.isSuspect) return undefined;
  return note.end + (note.writing?.bytes ?? 0);
}
/** Hands over each whole line of the first `end` bytes: buffer, start, stop (the byte before `start` may be overwritten). Returns how many bytes are left. */
function eachLine(path, end, take) {
  const { fd } = openFile(path);
  let [buffer, filled, position] = [Buffer.allocUnsafe(1 << 20), 1, 0];
  try {
    while (position < end) {
      const count = readSync(fd, buffer, filled, Math.min(buffer.length - filled, end - position), position);
      if (count === 0) break;
      [position, filled] = [position + count, filled + count];
      const view = buffer.subarray(0, filled);
      let start = 1;
      for (let at; (at = view.indexOf(10, start)) >= 0; start = at + 1) if (take(buffer, start, at) === false) return 0;
      buffer.copy(buffer, 1, start, filled);
      filled += 1 - start;
      if (filled > lineBytesMax) stop(1, `${path} has a line of more than 64 MiB`);
      if (filled === buffer.length) buffer = Buffer.concat([buffer], buffer.length * 2);
    }
    return filled - 1 + end - position;
  } finally {
    closeSync(fd);
  }
}
/** Every file of a log, oldest first. `end`: where its abandoned lines begin, by what the next file says. */
function filesOf(log, folder) {
  const parts = (name) => new RegExp(`^${log}\\.(\\d{12,15})\\.\\d{8}(?:\\.(\\d{1,9}))?\\.jsonl$`).exec(name);
  const names = ifThere(() => readdirSync(folder)) ?? [];
  const order = (name) =>
    parts(name)
      .slice(1)
      .map((each) => (each ?? '').padStart(15, '0'))
      .join('.');
  const closed = names.filter(parts).sort((a, b) => (`${order(a)} ${a}` < `${order(b)} ${b}` ? -1 : 1));
  const files = [...closed, ...names.filter((name) => name === `${log}.jsonl`)].map((name) => {
    const { fd, size, dev, ino } = openFile(join(folder, name));
    closeSync(fd);
    const file = { name, path: join(folder, name), size, id: `${dev}:${ino}`, isActive: name === `${log}.jsonl` };
    eachLine(file.path, size, (buffer, start, at) => ((file.first = decode(buffer.toString('utf8', start, at), '*')), false));
    return file;
  });
  return files.map((file, index) => {
    const next = files[index + 1]?.first;
    return { ...file, end: next && isOpening(next) && next.prev_segment === file.name ? next.abandoned?.from_offset : undefined };
  });
}

// Records.
const isOpening = ({ event_type: event, seq, id, prev_segment: before, prev_last_seq: last, abandoned: lost }) =>
  [event, id, typeof before, last].join() === ['segment_open', `segment/${seq}/open`, 'string', seq - 1].join() &&
  (lost === undefined || (lost?.from_seq === seq && isCount(lost.from_offset)));
const isClosing = ({ id, seq, first_seq: first, records }, begun) =>
  first === begun && records === seq - begun + 1 && id === `segment/${begun}/close`;
const ones = (size) => (size === 0 ? 0 : (size % 2) + ones(Math.floor(size / 2)));
const isRemoval = ({ id, pruned_log: log, segment, first_seq: first, last_seq: last, leaf_last: leaf, sha256, tree }) =>
  [isCount(first), isCount(last), first <= last, id === `pruned/${log}/${first}`, isHash(leaf), isHash(sha256)].every(Boolean) &&
  typeof segment === 'string' &&
  Array.isArray(tree) &&
  tree.every(isHash) &&
  tree.length === ones(last + 1);
/** --full: the keys that every record has. */
const isWhole = ({ timestamp, vessel_id: vessel, event_type: event, action_id: action = '', summary, id }, bytes) =>
  [vessel, event, summary, action].every((each) => typeof each === 'string') &&
  event !== '' &&
  id !== '' &&
  bytes < 65_536 &&
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(timestamp) &&
  !Number.isNaN(Date.parse(timestamp));

/** Where the log stands, to come back to when something later speaks against its last record. */
const standOf = ({ tree, leaf }) => ({ size: tree.size, peaks: [...tree.peaks], leaf });
function goBack(log, { size, peaks, leaf }) {
  Object.assign(log, { tree: { size, peaks: [...peaks] }, leaf });
}
/** The line after the last record does not hold its hash: either may have been changed. A head that covers the record decides. */
function doubtLast(log) {
  if (log.agreed.size < log.tree.size) goBack(log, log.earlier);
}
/** One line of a log. `log` is what is known so far; it is changed. */
function takeLine(log, buffer, start, at) {
  const [record, bytes] = [decode(buffer.toString('utf8', start, at), log.name), at - start];
  const line = (log.line += 1);
  const bad = (kind, reason, where = line) => fail(kind, log.file, where, reason);
  if (line === 1 && log.before !== undefined && (record?.event_type !== 'segment_open' || record.prev_segment !== log.before))
    bad('segment_missing', `the file does not go on where ${log.before} ended`);
  if (record === undefined) {
    log.torn ??= { line, offset: log.offset, after: log.prev, bytes: -1, sha256: createHash('sha256') };
    if (log.torn.bytes >= 0) log.torn.sha256.update('\n');
    log.torn.sha256.update(buffer.subarray(start, at));
    log.torn.bytes += bytes + 1;
  }
  log.offset += bytes + 1;
  buffer[start - 1] = 0;
  const leaf = hash('sha256', buffer.subarray(start - 1, at));
  if (record === undefined) return void (log.prev = leaf);
  const { event_type: event, seq, id, timestamp } = record;
  const { torn } = log;
  if (torn !== undefined) {
    const isSeal = event === 'torn_tail_sealed' && record.offset === torn.offset && record.bytes === torn.bytes;
    if (!isSeal || record.sha256 !== torn.sha256.digest('hex') || (record.after ?? torn.after) !== torn.after) {
      if (record.prev !== torn.after && record.after !== torn.after) doubtLast(log);
      bad('foreign_line', 'it is no record, and the next record does not seal it', torn.line);
    }
    log.notices.push({
      kind: 'sealed_tail',
      file: log.file,
      line: torn.line,
      reason: `${torn.bytes} bytes of an unfinished line are sealed`,
    });
    if (record.after === undefined) log.warn('unlinked_seal', line, 'the seal does not name the line before the torn bytes');
    log.torn = undefined;
  }
  if (record.prev !== log.prev) {
    doubtLast(log);
    bad('chain_broken', 'prev is not the hash of the line before: that line or this one was changed, or one was added or removed');
  }
  if (seq !== log.tree.size) bad('sequence_broken', `seq is ${seq}, and ${log.tree.size} comes here`);
  if (!log.isNew(id)) bad('duplicate_id', `the id ${JSON.stringify(id)} has been before`);
  log.begun ??= seq;
  const rule = {
    torn_tail_sealed: () => torn !== undefined,
    segment_open: () => line === 1 && log.before !== undefined && isOpening(record),
    segment_close: () => isClosing(record, log.begun),
    segment_pruned: () => log.name === 'mission_log' && isRemoval(record),
  };
  if (log.isClosed || (Object.hasOwn(rule, event) && !rule[event]()))
    bad('bookkeeping_invalid', `${JSON.stringify(event)} is not right here`);
  log.isClosed = event === 'segment_close';
  if (log.full && !isWhole(record, bytes)) bad('schema_invalid', 'it has not the keys of a record');
  if (timestamp < log.newest) log.warn('time_backwards', line, `${timestamp} comes after ${log.newest}`);
  else log.newest = timestamp;
  log.earlier = standOf(log);
  grow(log.tree, leaf);
  [log.prev, log.leaf] = [leaf, leaf];
  compare(log);
  if (log.noted?.seq === seq && log.noted.leaf !== leaf) {
    goBack(log, log.agreed);
    bad('lock_mismatch', `${log.name}.jsonl.lock vouches for another record here`);
  }
}
/** Compares the heads that cover exactly the records so far. */
function compare(log) {
  for (let head; (head = log.heads[log.passed]) !== undefined && head.size <= log.tree.size;) {
    log.passed += 1;
    if (head.size !== log.tree.size) continue;
    if (head.leaf !== log.leaf || head.root !== rootOf(log.tree)) {
      goBack(log, log.agreed);
      fail('head_mismatch', log.file, log.line, `the head of ${head.time} vouches for other records up to here`);
    }
    log.agreed = standOf(log);
  }
}
/** Removals that the mission log tells of; what a failed sync took with it tells nothing. */
function removalsIn(folder) {
  const removals = [];
  for (const { path, size, end } of filesOf('mission_log', folder))
    eachLine(path, Math.min(size, end ?? size), (buffer, start, at) => {
      const text = buffer.subarray(start, at).includes('segment_pruned') ? buffer.toString('utf8', start, at) : '';
      const record = decode(text, 'mission_log');
      if (record?.event_type === 'segment_pruned' && isRemoval(record)) removals.push(record);
    });
  return removals;
}
function begin(log, first, removals) {
  const { prev_segment: before, seq } = first.first?.event_type === 'segment_open' ? first.first : {};
  if (typeof before !== 'string') return;
  const removal = removals().find((each) => each.pruned_log === log.name && each.segment === before && each.last_seq === seq - 1);
  if (removal === undefined) fail('beginning_missing', first.name, 1, `nothing says that ${before}, which comes before it, was removed`);
  Object.assign(log, {
    before,
    from: seq,
    prev: removal.leaf_last,
    leaf: removal.leaf_last,
    tree: { size: seq, peaks: [...removal.tree] },
  });
  log.notices.push({ kind: 'pruned', file: before, line: 0, reason: `records 0 to ${seq - 1} were removed, and the mission log says so` });
}
function walk(log, files, removals) {
  begin(log, files[0], removals);
  log.earlier = log.agreed = standOf(log);
  compare(log);
  for (const { name, path, size, end, isActive, ...file } of files) {
    Object.assign(log, { file: name, line: 0, offset: 0, begun: undefined, isClosed: false });
    const accounted = isActive ? accountedFor(log.after, file) : undefined;
    const rest = eachLine(path, end ?? Math.min(size, accounted ?? size), (...line) => takeLine(log, ...line));
    if (size > accounted) fail('foreign_line', name, log.line + 1, `what stands behind byte ${accounted} was not written by Janus`);
    // A seal that was itself cut short: its writer noted where it began.
    const isBegun = accounted !== undefined && log.after.writing !== undefined && log.after.end === log.torn?.offset;
    if (isActive && (isBegun || (rest > 0 && log.torn === undefined)))
      log.warn('unfinished_line', log.torn?.line ?? log.line + 1, 'the last append was cut short; the next one seals it');
    else if (log.torn !== undefined) fail('foreign_line', name, log.torn.line, 'it is no record, and nothing seals it');
    else if (rest > 0) fail('unfinished_line', name, log.line + 1, 'the newline at its end is missing');
    else if (!isActive && end === undefined && !log.isClosed)
      fail('segment_unclosed', name, log.line, 'segment_close is missing at its end');
    if (end !== undefined) {
      let lines = -log.line;
      if (eachLine(path, size, () => void (lines += 1)) > 0) lines += 1;
      const reason = `${lines} lines count for nothing: a failed sync took them with it`;
      log.notices.push({ kind: 'abandoned_lines', file: name, line: log.line + 1, reason });
    }
    log.before = name;
  }
  const head = log.heads.at(-1);
  if (log.line === 0 ? files.length > 1 : !files.at(-1).isActive)
    log.warn('active_missing', 0, 'the last file was closed and no new one begun; the next append does', `${log.name}.jsonl`);
  if (head?.size > log.tree.size)
    fail('head_ahead', log.file, log.line + 1, `the head of ${head.time} covers ${head.size} records, and there are ${log.tree.size}`);
  if (log.noted?.seq >= log.tree.size)
    fail('lock_ahead', log.file, log.line + 1, `${log.name}.jsonl.lock vouches for record ${log.noted.seq}, and it is not there`);
}
function verifyLog(name, folder, settings, removals) {
  const { heads, problem: badHead } = headsOf(name, settings);
  // Before and after the list of files: writers go on meanwhile.
  const noted = noteOf(name, folder);
  const files = filesOf(name, folder);
  const log = { name, heads, full: settings.full, passed: 0, tree: { size: 0, peaks: [] }, from: 0, prev: genesis, leaf: genesis };
  Object.assign(log, { isNew: createIds(), newest: '', warnings: [], notices: [], isClosed: false, noted, after: noteOf(name, folder) });
  log.warn = (kind, line, reason, file = log.file) => log.warnings.push({ kind, file, line, reason });
  let problem;
  try {
    if (files.length > 0) walk(log, files, removals);
    else if (heads.length > 0 || badHead !== undefined || noted?.seq >= 0)
      fail('log_missing', `${name}.jsonl`, 0, 'there is no such file, and a head or its lock file says that there was one');
  } catch (error) {
    if (error.finding === undefined) throw error;
    problem = error.finding;
  }
  problem ??= badHead;
  const { size } = log.tree;
  if (heads.length === 0 && badHead === undefined && size > 0)
    log.warn('no_head', 0, 'no signed head vouches for its end: that its last records were cut off would not be seen', `${name}.jsonl`);
  const state = problem !== undefined ? 'broken' : files.length === 0 ? 'absent' : 'ok';
  const vouched = size > log.from ? { from: log.from, to: size - 1, leaf: log.leaf, root: rootOf(log.tree) } : null;
  const head = problem === undefined && heads.length > 0 ? { size: heads.at(-1).size, time: heads.at(-1).time } : null;
  const agreeing = heads.slice(0, log.passed);
  const places = [...new Set(agreeing.map(({ place }) => place))].map((place) => {
    const different = new Set(agreeing.flatMap((each) => (each.place === place ? [`${each.size} ${each.time}`] : [])));
    return { place, heads: different.size };
  });
  const found = { log: name, state, problem: problem ?? null, warnings: log.warnings, notices: log.notices, vouched };
  return { ...found, records: size - log.from, segments: files.length, head, heads_compared: log.passed, places };
}

/** What `ubos audit prove` printed. Returns why it proves nothing, or undefined. */
export function checkProof({ proposal_id: proposal, proofs }, key, say) {
  if (!Array.isArray(proofs) || proofs.length === 0) return 'it holds no proofs';
  for (const { log, head: note, records } of proofs) {
    const head = decodeNote(String(note));
    const isAbout = head?.log === log && Array.isArray(records) && records.length > 0;
    const reason = doubt(head, key) ?? (isAbout ? undefined : 'it is of another log, or there are no records to it');
    if (reason !== undefined) return `the head of ${log}: ${reason}`;
    for (const { seq, line, path } of records) {
      const record = decode(String(line), log);
      const leaf = hash('sha256', Buffer.from(`\0${line}`));
      const isIn = isCount(seq) && seq < head.size && Array.isArray(path) && climb(leaf, seq, head.size, path) === head.root;
      if (record?.seq !== seq || record.action_id !== proposal || !isIn) return `record ${seq} of ${log} is not what the head vouches for`;
      say(`✓ ${log} ${seq}: ${record.timestamp} ${record.event_type}: ${record.summary}`);
    }
  }
  return undefined;
}
/** The mission log comes along where it says what was removed from another one. */
export function verifyFolder(folder, logs, settings) {
  let known;
  const removals = () => (known ??= removalsIn(folder));
  const verdicts = logs.map((log) => verifyLog(log, folder, settings, removals));
  return known === undefined || logs.includes('mission_log')
    ? verdicts
    : [...verdicts, verifyLog('mission_log', folder, settings, removals)];
}
// The mode (docs/modes.md): what the mission log and the proposals log say of it. Times are milliseconds since 1970; shares are compared in whole numbers.
const [hour, day] = [3_600_000, 86_400_000];
const modeNames = ['manual', 'alpha', 'beta', 'omega'];
const isAbove = (mode, other) => modeNames.indexOf(mode) > modeNames.indexOf(other);
const lowestOf = (modes) => modes.reduce((low, each) => (isAbove(low, each) ? each : low));
const following = { manual: 'alpha', alpha: 'beta', beta: 'omega', omega: null };
const [anyTrinity, firstStanding] = [['claude', 'gemini', 'codex'], 'mode-initial'];
const said = (value) => (typeof value === 'string' ? value : '');
const partsOf = (value) => (typeof value === 'object' && value !== null ? value : {});
/** The charter's numbers, and which way a trail may differ from them: never to the looser side. */
const charterRules = {
  ...{ alpha_days: [30, Math.max], beta_days: [180, Math.max], approval_percent_min: [95, Math.max], coverage_percent_min: [80, Math.max] },
  ...{
    decided_min: [52, Math.max],
    rejection_percent_max: [20, Math.min],
    demotion_decided_min: [5, Math.min],
    rejections_in_a_row: [3, Math.min],
  },
  ...{ review_days: [7, Math.max], sunset_days: [90, Math.min], remedy_days: [30, Math.min], silence_hours_max: [36, Math.min] },
};
const rulesIn = (value) =>
  Object.fromEntries(
    Object.entries(charterRules).map(([name, [number, stricter]]) => {
      const own = Object.hasOwn(partsOf(value), name) ? value[name] : undefined;
      return [name, isCount(own) ? stricter(own, number) : number];
    }),
  );
const wordsOf = (orders) =>
  (Array.isArray(orders) ? orders : [])
    .map((each) => partsOf(each))
    .map(({ by, key, statement, signature }) => ({ by: said(by), key: said(key), statement: said(statement), signature: said(signature) }))
    .filter((word) => Object.values(word).every((each) => each !== ''));

const standingOf = ({ changes }) => changes.at(-1)?.id ?? firstStanding;
const addSign = (signs, at) => Number.isFinite(at) && at > (signs.at(-1) ?? -Infinity) && signs.push(at);
function takeRules(all, { settings, recommenders }) {
  all.rules = rulesIn(settings);
  all.recommenders = Array.isArray(recommenders) ? recommenders.map(said) : [];
}
function takeViolation({ violations, at }, { id, stop: ended, pause }) {
  const halt = said(ended) || said(pause);
  violations.push({ id, at, halt, closed: halt === '' ? at : undefined });
}
function takeChange(all, record) {
  const { from, to, id, seq, rule, rests_on: rests, orders } = record;
  if (!modeNames.includes(from) || !modeNames.includes(to)) return takeViolation(all, record);
  takeRules(all, record);
  const { seq: rested, prev } = partsOf(partsOf(rests).proposals);
  const { at, votes, verified, reconciled, rules, recommenders } = all;
  const until = Number.isSafeInteger(rested) && typeof prev === 'string' ? rested : -1;
  const change = { id: said(record.mode_id) || id, at, seq, from, to, why: said(rule), orders: wordsOf(orders) };
  all.changes.push({ ...change, rules, recommenders, until, before: { votes, verified, reconciled } });
  all.votes = [];
}
function takeVote(all, { of, by, key, verdict, statement, signature }) {
  if (of !== standingOf(all) || said(by) === '' || said(key) === '') return;
  if (verdict === 'no') all.votes = [];
  if (verdict !== 'yes') return;
  const others = all.votes.filter(({ word }) => word.by !== by && word.key !== key);
  all.votes = [...others, { at: all.at, word: { by, key, statement: said(statement), signature: said(signature) } }];
}
/** Canonical JSON (RFC 8785), of what JSON can hold. */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const names = Object.keys(value).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join()}}`;
}
const pick = (value, names) => Object.fromEntries(names.filter((name) => value[name] !== undefined).map((name) => [name, value[name]]));
const checkpointKeys = ['mode', 'of', 'settings', 'recommenders', 'figures', 'rests_on', 'decisions'];
/** Whether a brain with one of these keys (PEM) ever signed a text. `vessel`: whose brain it is. */
export function brainBy(keys, vessel) {
  const own = keys.map((key) => createPublicKey(key));
  const signed = (text, signature) =>
    typeof signature === 'string' &&
    own.some((key) => verify(null, Buffer.from(`janus.voucher.v1\0${text}`), key, Buffer.from(signature, 'base64')));
  return { vessel, signed };
}
/** What modes consented to, as far as the brain signed it: this start, with these figures, and no other. */
function examineGrants(grants, brain) {
  if (brain === undefined) return { state: 'not_verified', count: grants.length, doubts: [] };
  const doubts = grants.flatMap(({ id, digest, by, grant: { signature, ...grant } }) => {
    const about = `start of ${id}`;
    if (!Array.isArray(by) || by.join() !== `mode:${grant.mode}`) return [{ about, why: 'it names no mode that consented' }];
    const stood = partsOf(grant.figures).mode;
    if (!modeNames.includes(stood) || !modeNames.includes(grant.mode) || isAbove(grant.mode, stood))
      return [{ about, why: `by its figures the mode was ${stood}` }];
    const text = `janus.mode-grant.v1\0${canonical({ vessel: brain.vessel, proposal_id: id, digest, grant })}`;
    return brain.signed(text, signature) ? [] : [{ about, why: 'the brain did not sign its grant' }];
  });
  return { state: 'verified', count: grants.length, doubts };
}
const outcomes = ['approved', 'rejected', 'expired'];
/** What checkpoints keep of the proposals log, one going on where the last one ended: for records that retention has removed. */
function takeCheckpoint(all, record) {
  takeRules(all, record);
  const { after, until, decided, alone, completions } = partsOf(record.decisions);
  const rested = partsOf(partsOf(record.rests_on).proposals).seq;
  if (after !== all.keptUntil || !Number.isSafeInteger(until) || until < after || !Number.isSafeInteger(rested) || rested < until) return;
  const isHere = ({ at, seq }) => isCount(at) && isCount(seq) && seq > after && seq <= until;
  const isDecided = ({ id, outcome }) => said(id) !== '' && outcomes.includes(outcome);
  const isAlone = ({ id, mode, action_type: type }) => said(id) !== '' && typeof mode === 'string' && typeof type === 'string';
  const lists = [decided, alone, completions].map((list) => (Array.isArray(list) ? list.map(partsOf) : undefined));
  const areGood = [isDecided, isAlone, () => true].map((isOne, index) => lists[index]?.every((each) => isHere(each) && isOne(each)));
  if (!areGood.every((each) => each === true)) return;
  all.keptUntil = until;
  all.kept.push({ after, until, lists, text: canonical(pick(record, checkpointKeys)), signature: record.signature });
}
/** The proposals log with what is kept of its removed beginning: behind the first checkpoint that the brain did not sign, nothing. */
function withKept({ kept }, { first = Infinity, decided, strays, alone, completions, ...rest }, brain) {
  const needed = kept.filter(({ after }) => after < first - 1);
  const strange = brain === undefined ? -1 : needed.findIndex(({ text, signature }) => !brain.signed(text, signature));
  const sound = strange < 0 ? needed : needed.slice(0, strange);
  const [said, ran, done] = [0, 1, 2].map((index) => sound.flatMap(({ lists }) => lists[index]).filter(({ seq }) => seq < first));
  const all = new Map();
  for (const each of [...said, ...decided.values()]) {
    all.delete(each.id);
    all.set(each.id, each);
  }
  // Of whatever only the end is there, a checkpoint that saw it whole says whose it was. What none saw raises nothing, and takes nothing away.
  const ownIds = new Set(sound.flatMap(({ lists }) => lists[0]).map(({ id }) => id));
  const seen = sound.at(-1)?.until ?? -1;
  for (const stray of strays.values()) {
    const { id, outcome, seq } = stray;
    if (outcome === 'dry_run') all.delete(id);
    else if (ownIds.has(id)) all.set(id, outcome === 'expired' && all.has(id) ? all.get(id) : stray);
    else if (outcome === 'rejected' && seq > seen) all.set(id, { ...stray, is_claim: true });
  }
  const both = new Map([...alone, ...ran.map((each) => [each.id, each])]);
  return { ...rest, decided: [...all.values()].sort((a, b) => a.seq - b.seq), alone: both, completions: [...done, ...completions] };
}
const missionTakes = {
  mode_change: takeChange,
  mode_checkpoint: takeCheckpoint,
  mode_recommended: takeVote,
  constitutional_violation: takeViolation,
  break_glass_lapsed: takeViolation,
  break_glass_condemned: takeViolation,
  vessel_resumed({ violations, at }, { of }) {
    for (const each of violations) if (each.closed === undefined && each.halt === of) each.closed = at;
  },
  action_flagged({ flags, at }, { proposal_id: id, seq, assurance }) {
    if (!flags.some((flag) => flag.id === said(id))) flags.push({ id: said(id), at, seq, is_claim: assurance !== 'signed' });
  },
  thinking_cycle: ({ cycles }, { timestamp }) => void addSign(cycles, Date.parse(timestamp)),
  audit_verify: (all, { ok }) => void (ok === true && (all.verified = all.at)),
  audit_reconcile: (all, { ok }) => void (ok === true && (all.reconciled = all.at)),
};
/** Of the mission log: signs of life, changes, violations, recommendations, flags. A clock that goes back moves nothing. */
function createMission() {
  const all = { at: -Infinity, position: { seq: -1, prev: '' }, verified: null, reconciled: null };
  Object.assign(all, { kept: [], keptUntil: -1, signs: [], cycles: [], changes: [], violations: [], votes: [], flags: [] });
  const take = (record) => {
    const { event_type: event, timestamp, seq, prev } = record;
    const at = Date.parse(timestamp);
    if (at > all.at) all.at = at;
    all.first ??= Number.isNaN(at) ? undefined : at;
    all.position = { seq, prev };
    if (['thinking_cycle', 'audit_verify', 'mode_checkpoint'].includes(event)) addSign(all.signs, at);
    if (Object.hasOwn(missionTakes, event)) missionTakes[event](all, record);
  };
  return { all, take };
}
const endings = 'completed rejected expired cancelled stale failed rolled_back rollback_failed refused ended_outside'.split(' ');
const endOf = (event) => endings.find((each) => event === `action_${each}`);
/** Of the proposals log: what people decided about what the vessel itself proposed, and what ran without them. */
function createProposals() {
  const all = { position: { seq: -1, prev: '' }, decided: new Map(), strays: new Map(), alone: new Map(), completions: [], grants: [] };
  const [own, known] = [new Set(), new Set()];
  let at = -Infinity;
  const put = (id, outcome, seq, isClaim = false) => {
    const into = own.has(id) ? all.decided : all.strays;
    into.delete(id);
    into.set(id, { id, outcome, at, seq, is_claim: isClaim });
  };
  /** Proposed before the first record that is there. */
  const isStray = (id) => (all.first ?? 0) > 0 && !known.has(id);
  const takeApproval = ({ id: name, assurance, seq, digest, approved_by: by, grant }, id) => {
    if (assurance === 'mode') {
      all.alone.set(id, all.alone.get(id) ?? { at, seq });
      all.grants.push({ id, digest, by, grant: partsOf(grant) });
    } else if ((own.has(id) || isStray(id)) && name === `${id}/approved` && ['signed', 'partly_signed'].includes(assurance))
      put(id, 'approved', seq);
  };
  const takeEnd = ({ seq, dry_run: isDry, timed_out: isOver, decided_by: by, assurance }, id, end) => {
    if (end === 'completed') all.completions.push({ at, seq });
    const counts = own.has(id) || isStray(id);
    const isSaid = all.decided.has(id) || all.strays.has(id);
    if (counts && isDry === true) {
      all.decided.delete(id);
      if (isStray(id)) put(id, 'dry_run', seq);
    } else if (counts && end === 'rejected' && said(by) !== '' && isOver !== true) put(id, 'rejected', seq, assurance !== 'signed');
    else if (counts && (end === 'expired' || isOver === true) && !isSaid) put(id, 'expired', seq);
    own.delete(id);
    known.add(id);
  };
  const take = (record) => {
    const { event_type: event, action_id: id, seq, prev, timestamp } = record;
    all.position = { seq, prev };
    all.first ??= seq;
    if (Date.parse(timestamp) > at) at = Date.parse(timestamp);
    if (id === undefined) return;
    if (event === 'action_proposed') known.add(id);
    if (event === 'action_proposed' && record.proposer_assurance === 'brain') own.add(id);
    if (event === 'action_approved') takeApproval(record, id);
    else if (endOf(event) !== undefined) takeEnd(record, id, endOf(event));
  };
  return { all, take };
}

/** Life between signs that are at most so far apart: how much of it lies between two moments, and since when there was so much of it. */
function livesOf(signs, silence) {
  const spans = signs.flatMap((to, index) => (index > 0 && to - signs[index - 1] <= silence ? [{ from: signs[index - 1], to }] : []));
  return {
    since: (moment) => spans.reduce((sum, { from, to }) => sum + Math.max(0, to - Math.max(from, moment)), 0),
    beginOf(wanted) {
      let rest = wanted;
      for (const { from, to } of spans.toReversed()) {
        // Where it begins with a silence, that belongs to it.
        if (to - from > rest) return to - rest;
        rest -= to - from;
      }
      return -Infinity;
    },
  };
}
/** The Wilson bound (one-sided, 95 %) in ten-thousandths: p grows as long as (k - np)² >= z² n p (1 - p). */
function wilson(approved, decided) {
  const [k, n, scale] = [BigInt(approved), BigInt(decided), 10_000n];
  const holds = (p) => {
    const distance = k * scale - n * p;
    return distance >= 0n && distance * distance * scale >= 27_055n * n * p * (scale - p);
  };
  let p = 0n;
  while (k > 0n && p < scale && holds(p + 1n)) p += 1n;
  return Number(p);
}
const secondsOf = (milliseconds) => Math.max(0, Math.floor(milliseconds / 1_000));
const countOf = (decided, outcome) => decided.filter((each) => each.outcome === outcome).length;
const rateOf = (decided) => ({ approved: countOf(decided, 'approved'), rejected: countOf(decided, 'rejected') });
const isTooMuch = ({ approved, rejected }, { rejection_percent_max: percent, demotion_decided_min: least }) =>
  approved + rejected >= least && 100 * rejected > percent * (approved + rejected);
/** The first moment from then on at which what was decided until then was too much of rejections. */
function firstWhere(decided, from, holds) {
  // What nobody signed takes no mode away.
  const clear = decided.filter(({ outcome, is_claim: isClaim }) => outcome !== 'expired' && isClaim !== true);
  const found = clear.findIndex(({ at }, index) => at >= from && holds(clear.slice(0, index + 1), at));
  return found < 0 ? null : clear[found].at;
}
/** What a trail says at a moment; `changes` are those that had happened. */
function figuresOf({ mission, changes, decided, alone, completions }, rules, now) {
  const change = changes.at(-1);
  const [mode, standing, since] = change ? [change.to, change.id, change.at] : ['alpha', firstStanding, mission.first ?? now];
  const lives = livesOf(mission.signs, rules.silence_hours_max * hour);
  const flags = mission.flags.filter(({ id }) => alone.has(id));
  const all = [...decided, ...flags.map((flag) => ({ ...flag, outcome: 'rejected' }))].sort((a, b) => a.at - b.at);
  const begin = lives.beginOf(30 * day);
  const month = all.filter(({ at }) => at > begin);
  const own = mission.violations.filter(({ at }) => at >= since);
  const open = mission.violations.filter(({ closed }) => closed === undefined || closed > now);
  const countedFrom = isAbove(mode, 'alpha') ? since : Math.max(since, own.at(-1)?.at ?? since);
  const active = [...mission.cycles, ...completions.map(({ at }) => at)].filter((at) => at > since && at <= now).sort((a, b) => a - b);
  const silences = [...active, now].map((at, index) => at - Math.min(at, active[index - 1] ?? since));
  const { approved, rejected } = rateOf(month);
  const row = rules.rejections_in_a_row;
  return {
    ...{ mode, standing, since, counted_from: countedFrom, lived_seconds: secondsOf(lives.since(countedFrom)) },
    month: {
      approved,
      rejected,
      expired: countOf(month, 'expired'),
      from: Number.isFinite(begin) ? begin : null,
      wilson: wilson(approved, approved + rejected),
    },
    week: rateOf(all.filter(({ at }) => at > now - 7 * day)),
    drift_at: firstWhere(all, since, (until, at) => isTooMuch(rateOf(until.filter((each) => each.at > at - 7 * day)), rules)),
    row_at: firstWhere(all, since, (until, at) => {
      const last = until.slice(-row);
      return last.length === row && countOf(last, 'rejected') === row && at - last[0].at < day;
    }),
    ...{ violations: own.length, last_violation: own.at(-1)?.id ?? null, open_violations: open.length },
    open_seconds: secondsOf(Math.max(0, ...open.map(({ at }) => now - at))),
    idle_seconds: secondsOf(Math.max(0, ...silences)),
    ahead_seconds: secondsOf((mission.newest ?? now) - now),
    votes: mission.votes.map(({ word }) => word.by),
    ...{ last_vote_at: mission.votes.at(-1)?.at ?? null, verified_at: mission.verified, reconciled_at: mission.reconciled },
    ran_alone: [...alone.values()].filter(({ at }) => at >= since).length,
    flagged: flags.filter(({ at }) => at >= since).length,
  };
}
/** What each step up asks, as docs/modes.md names it: whether it is met. */
function conditionsOf(target, { figures, rules, recommenders, now }) {
  const { month, lived_seconds: lived, votes, last_vote_at: voted, since } = figures;
  const decided = month.approved + month.rejected;
  const asked = decided + month.expired;
  const counted = figures.mode === 'alpha' && figures.counted_from > since ? 0 : figures.violations;
  const isSince = (at) => at !== null && at > since;
  const climbing = (days) => ({
    days: lived * 1_000 >= days * day,
    approval_rate: decided > 0 && 100 * month.approved >= rules.approval_percent_min * decided,
    sample: decided >= rules.decided_min,
    coverage: asked > 0 && 100 * decided >= rules.coverage_percent_min * asked,
    no_drift: !isTooMuch(figures.week, rules),
    violations: counted + figures.open_violations === 0,
    clock: figures.ahead_seconds <= 60,
  });
  return Object.entries(
    {
      alpha: () => ({
        verified: isSince(figures.verified_at),
        reconciled: isSince(figures.reconciled_at),
        remedied: figures.open_violations === 0,
      }),
      beta: () => climbing(rules.alpha_days),
      omega: () => ({
        ...climbing(rules.beta_days),
        recommendations: recommenders.length >= 3 && recommenders.every((name) => votes.includes(name)),
        review: voted !== null && now - voted >= rules.review_days * day,
      }),
    }[target](),
  ).map(([rule, met]) => ({ rule, met }));
}
/** What takes autonomy away by itself, and where to. */
function fallsOf(figures, rules) {
  const [isUp, isAlive] = [isAbove(figures.mode, 'alpha'), figures.mode !== 'manual'];
  return [
    { rule: 'violation', to: 'alpha', holds: isUp && figures.violations > 0 },
    { rule: 'drift', to: 'alpha', holds: isUp && figures.drift_at !== null },
    { rule: 'in_a_row', to: 'alpha', holds: isUp && figures.row_at !== null },
    { rule: 'sunset', to: 'manual', holds: isAlive && figures.idle_seconds * 1_000 >= rules.sunset_days * day },
    {
      rule: 'not_remedied',
      to: 'manual',
      holds: isAlive && figures.open_violations > 0 && figures.open_seconds * 1_000 >= rules.remedy_days * day,
    },
  ].flatMap(({ rule, to, holds }) => (holds ? [{ rule, to }] : []));
}
/** Whether the trail of its own moment bears a step up out. */
function isEarned(mission, proposals, index) {
  const { changes } = mission;
  const [before, { to, at, seq, until, rules, recommenders, orders, before: then }] = [changes[index - 1], changes[index]];
  const from = before?.to ?? 'alpha';
  if (!isAbove(to, from)) return true;
  if (orders.length === 0) return false;
  const isBack = before?.why === 'workflow_lost' && !isAbove(to, before.from);
  if (isBack && !mission.violations.some((each) => each.at >= before.at && each.at <= at)) return true;
  if (following[from] !== to) return false;
  const known = {
    ...mission,
    ...then,
    signs: mission.signs.filter((each) => each <= at),
    cycles: mission.cycles.filter((each) => each <= at),
    violations: mission.violations.filter((each) => each.at <= at),
    flags: mission.flags.filter((each) => each.seq < seq),
    newest: at,
  };
  const isKnown = (each) => each.seq <= until;
  const figures = figuresOf(
    {
      mission: known,
      changes: changes.slice(0, index),
      decided: proposals.decided.filter(isKnown),
      alone: new Map([...proposals.alone].filter(([, each]) => isKnown(each))),
      completions: proposals.completions.filter(isKnown),
    },
    rules,
    at,
  );
  return conditionsOf(to, { figures, rules, recommenders, now: at }).every(({ met }) => met);
}
/** Every record of a log that counts, until a moment. */
function eachRecord(log, folder, until, take) {
  for (const { path, size, end } of filesOf(log, folder))
    eachLine(path, Math.min(size, end ?? size), (buffer, start, at) => {
      const record = decode(buffer.toString('utf8', start, at), log);
      if (record !== undefined && Date.parse(record.timestamp) <= until) take(record);
    });
}
/**
 * The mode and what it rests on, by the files of a folder alone. `doubtOn` says why a signed word does not count, `brain` what the brain signed; without
 * them all do.
 * @param {string} folder
 * @param {{ now: number, until?: number | undefined, doubtOn?: any, brain?: any }} asked
 */
export function modeOf(folder, { now, until = Infinity, doubtOn, brain }) {
  const [{ all: mission, take: takeMission }, { all: read, take: takeProposal }] = [createMission(), createProposals()];
  eachRecord('mission_log', folder, until, takeMission);
  eachRecord('proposals', folder, until, takeProposal);
  const proposals = withKept(mission, read, brain);
  mission.newest = Number.isFinite(mission.at) ? mission.at : undefined;
  const words = examineWords(mission, doubtOn);
  const { changes, rules = rulesIn({}), recommenders = anyTrinity } = mission;
  const figures = figuresOf({ mission, changes, ...proposals }, rules, now);
  const demotions = fallsOf(figures, rules);
  const unearned = changes.flatMap((_, index) => (isEarned(mission, proposals, index) ? [] : [index]));
  const before = (index) => changes[index - 1]?.to ?? 'alpha';
  const lastDown = changes.findLastIndex(({ to }, index) => !isAbove(to, before(index)));
  const bounds = unearned.filter((index) => index > lastDown).map(before);
  const earned = lowestOf([figures.mode, ...demotions.map(({ to }) => to), ...bounds]);
  const next = following[earned];
  const conditions = next === null ? [] : conditionsOf(next, { figures, rules, recommenders, now });
  return {
    ...{ earned, recorded: figures.mode, demotions, unearned: unearned.map((index) => changes[index].id) },
    ...{ next, ready: next !== null && conditions.every(({ met }) => met), conditions, figures, settings: rules },
    ...{
      signed_words: words,
      grants: examineGrants(read.grants, brain),
      rests_on: { mission_log: mission.position, proposals: proposals.position },
    },
  };
}

// Signed words: SSH signatures (PROTOCOL.sshsig) over statements, by keys of an allowed_signers file (ssh-keygen(1)).
const namespace = 'janus-approval@v1';
/** A row of strings, each with its length before it; a number says how many bytes are taken as they are. */
function fieldsOf(bytes, ...kinds) {
  let at = 0;
  const take = (length) => {
    if (at + length > bytes.length) throw new RangeError('it is cut off');
    return bytes.subarray(at, (at += length));
  };
  return kinds.map((kind) => (typeof kind === 'number' ? take(kind) : take(take(4).readUInt32BE())));
}
const withLength = (value) => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(Buffer.byteLength(value));
  return Buffer.concat([length, Buffer.from(value)]);
};
const sha = (name, value) => createHash(name).update(value).digest();
const curves = { nistp256: ['P-256', 32, 'sha256'], nistp384: ['P-384', 48, 'sha384'], nistp521: ['P-521', 66, 'sha512'] };
const jwk = (key) => createPublicKey({ key, format: 'jwk' });
/** Whether the key of this blob signed these bytes. `rest` stands behind the signature: what a security key says of itself. */
function isSignedBy(blob, { type, kind, signature, rest }, bytes) {
  const isKey = type.startsWith('sk-');
  const name = type.replace(/^sk-/, '').replace('@openssh.com', '');
  if (kind !== type && !(type === 'ssh-rsa' && /^rsa-sha2-(256|512)$/.test(kind))) return false;
  const signed = (application) => (isKey ? Buffer.concat([sha('sha256', application), rest, sha('sha256', bytes)]) : bytes);
  if (isKey && (rest.length !== 5 || (rest[0] & 1) === 0)) return false;
  if (name === 'ssh-ed25519') {
    const [, x, application] = fieldsOf(blob, 's', 's', ...(isKey ? ['s'] : []));
    return verify(null, signed(application), jwk({ kty: 'OKP', crv: 'Ed25519', x: x.toString('base64url') }), signature);
  }
  if (name === 'ssh-rsa') {
    const [, e, n] = fieldsOf(blob, 's', 's', 's').map((each) => each.toString('base64url'));
    return verify(`sha${kind.slice(-3)}`, bytes, jwk({ kty: 'RSA', e, n }), signature);
  }
  const [, curve, point, application] = fieldsOf(blob, 's', 's', 's', ...(isKey ? ['s'] : []));
  const [crv, size, digest] = curves[curve.toString('latin1')] ?? [];
  if (crv === undefined || point.length !== 1 + 2 * size || point[0] !== 4) return false;
  const [x, y] = [point.subarray(1, 1 + size), point.subarray(1 + size)].map((each) => each.toString('base64url'));
  const numbers = fieldsOf(signature, 's', 's').map((each) =>
    each
      .toString('hex')
      .replace(/^(00)+/, '')
      .padStart(size * 2, '0'),
  );
  const key = { key: jwk({ kty: 'EC', crv, x, y }), dsaEncoding: 'ieee-p1363' };
  return verify(digest, signed(application), key, Buffer.from(numbers.join(''), 'hex'));
}
const fingerprintOf = (blob) => `SHA256:${sha('sha256', blob).toString('base64').replace(/=+$/, '')}`;
/** The key that signed a text for our purpose; undefined where none did. */
function signerOf(text, armoured) {
  const [, body = ''] =
    /^-----BEGIN SSH SIGNATURE-----\n([A-Za-z0-9+/=\n]+)\n-----END SSH SIGNATURE-----\n*$/.exec(armoured.replaceAll('\r\n', '\n')) ?? [];
  try {
    const [magic, version, blob, purpose, reserved, algorithm, whole] = fieldsOf(
      Buffer.from(body, 'base64'),
      6,
      4,
      's',
      's',
      's',
      's',
      's',
    );
    const digest = algorithm.toString('latin1');
    if (magic.toString('latin1') !== 'SSHSIG' || version.readUInt32BE() !== 1 || purpose.toString() !== namespace) return undefined;
    if (digest !== 'sha256' && digest !== 'sha512') return undefined;
    const [type, kind, signature] = [...fieldsOf(blob, 's'), ...fieldsOf(whole, 's', 's')];
    const rest = whole.subarray(8 + kind.length + signature.length);
    const bytes = Buffer.concat([magic, ...[purpose, reserved, algorithm, sha(digest, text)].map(withLength)]);
    return isSignedBy(blob, { type: type.toString('latin1'), kind: kind.toString('latin1'), signature, rest }, bytes) ? blob : undefined;
  } catch {
    return undefined;
  }
}
/** 20260131, 202601311200 or 20260131120000, of UTC with a Z behind it and of this machine without. */
function signerTime(text) {
  const [, date, hours = '00', minutes = '00', seconds = '00', zone] = /^(\d{8})(?:(\d\d)(\d\d)(\d\d)?)?(Z?)$/.exec(text) ?? [];
  return Date.parse(`${String(date).replace(/(....)(..)(..)/, '$1-$2-$3')}T${hours}:${minutes}:${seconds}${zone}`);
}
/** The keys that may sign decisions, with whose they are and when. A line that is not understood is an error, not a line less. */
export function readSigners(text, file) {
  return text.split('\n').flatMap((each, index) => {
    const line = each.trim();
    if (line === '' || line.startsWith('#')) return [];
    const bad = (what) => stop(2, `${file}:${index + 1}: ${what}`);
    const [, by, options = '', type, key] =
      /^([^\s,*?!"]+)\s+(?:(\S*"[^"]*"\S*)\s+)?((?:sk-)?(?:ssh|ecdsa)-\S+)\s+([A-Za-z0-9+/]+=*)(?:\s|$)/.exec(line) ?? [];
    if (by === undefined) return bad('a line says NAME namespaces="..." TYPE KEY: one name, no pattern');
    const said = Object.fromEntries([...options.matchAll(/([a-z-]+)="([^"]*)"/g)].map(([, name, value]) => [name, value]));
    const unknown = Object.keys(said).find((name) => !['namespaces', 'valid-after', 'valid-before'].includes(name));
    if (unknown !== undefined || /cert-authority/.test(options)) return bad(`${unknown ?? 'cert-authority'} is not understood here`);
    const [after, before] = [said['valid-after'], said['valid-before']].map((time) => (time === undefined ? undefined : signerTime(time)));
    if (Number.isNaN(after) || Number.isNaN(before)) return bad('valid-after and valid-before are moments such as 20260131Z');
    return [{ by, key, type, namespaces: (said.namespaces ?? '').split(','), after: after ?? -Infinity, before: before ?? Infinity }];
  });
}
/** Why a statement does not say what it is taken for; undefined where it does. */
function misstatement({ word, order, at }, vessel) {
  const says = decode(word.statement);
  const sorted = Object.fromEntries(Object.entries(partsOf(says)).sort(([a], [b]) => (a < b ? -1 : 1)));
  if (says?.type !== 'janus.order.v1' || JSON.stringify(sorted) !== word.statement) return 'it is no statement';
  const wanted = { ...order, signer: word.by, vessel: vessel ?? says.vessel };
  for (const name of ['vessel', 'order', 'mode', 'verdict', 'of', 'signer'])
    if (says[name] !== wanted[name]) return `it says ${name} ${says[name]}, not ${wanted[name]}`;
  const [issued, expires] = [Date.parse(says.issued_at), Date.parse(says.expires_at)];
  return issued < expires && issued <= at + 5 * 60_000 && at < expires ? undefined : 'it did not count at that time';
}
/** Says why a signed word does not count; undefined for one that does. */
export const doubtBy = (signers, vessel) => (claim) => {
  const { word, at } = claim;
  const problem = misstatement(claim, vessel);
  if (problem !== undefined) return problem;
  const blob = signerOf(word.statement, word.signature);
  if (blob === undefined) return 'its signature is false';
  if (fingerprintOf(blob) !== word.key) return `signed with ${fingerprintOf(blob)}, the record names ${word.key}`;
  const mine = signers.filter(({ by, key }) => by === word.by && key === blob.toString('base64'));
  const then = Math.floor(at / 1_000) * 1_000;
  const isGood = ({ namespaces, after, before }) => namespaces.includes(namespace) && then >= after && then <= before;
  return mine.some(isGood) ? undefined : `no key of ${word.by} that was good then`;
};
/** Takes away the words that do not count. Changes what it is given. */
function examineWords(mission, doubtOn) {
  const standing = (index) => mission.changes[index - 1]?.id ?? firstStanding;
  const votesIn = (votes, of) => votes.map(({ word, at }) => ({ word, at, order: { order: 'recommend', verdict: 'yes', of } }));
  const claims = mission.changes.flatMap(({ to, why, at, orders, before }, index) => {
    const isRestored = why === 'restored' || !isAbove(to, 'alpha');
    const order = isRestored ? { order: 'restore' } : { order: 'authorise', mode: to };
    const of = standing(index);
    return [...orders.map((word) => ({ word, at, order: { ...order, of } })), ...votesIn(before.votes, of)];
  });
  claims.push(...votesIn(mission.votes, standing(mission.changes.length)));
  const doubts =
    doubtOn === undefined ? [] : claims.map((claim) => ({ claim, why: doubtOn(claim) })).filter(({ why }) => why !== undefined);
  const words = new Set(doubts.map(({ claim }) => claim.word));
  const trusted = (votes) => votes.filter(({ word }) => !words.has(word));
  for (const change of mission.changes) {
    change.orders = change.orders.filter((word) => !words.has(word));
    change.before = { ...change.before, votes: trusted(change.before.votes) };
  }
  mission.votes = trusted(mission.votes);
  return {
    state: doubtOn === undefined ? 'not_verified' : 'verified',
    count: claims.length,
    doubts: doubts.map(({ claim: { order, word }, why }) => ({ about: `${order.order} of ${word.by}, about ${order.of}`, why })),
  };
}
function printMode({
  earned,
  recorded,
  demotions,
  unearned,
  next,
  ready,
  conditions,
  figures,
  signed_words: words,
  grants,
  rests_on: rests,
}) {
  const { month } = figures;
  print(`mode: ${earned} is earned; recorded is ${recorded} since ${new Date(figures.since).toISOString()}`);
  print(
    `  ${month.approved} approved, ${month.rejected} rejected, ${month.expired} expired in the last 30 days of life; ${figures.lived_seconds} s lived`,
  );
  for (const { rule, to } of demotions) print(`  ✗ ${rule}: ${to}`);
  for (const id of unearned) print(`  ✗ ${id}: a step up that the trail does not bear out`);
  for (const { about, why } of [...words.doubts, ...grants.doubts]) print(`  ✗ ${about}: ${why}`);
  for (const { rule, met } of conditions) print(`  ${met ? '✓' : '✗'} ${rule}`);
  if (next !== null) print(ready ? `  ${next} begins when it is authorised` : `  ${next} is not earned yet`);
  print(`  rests on record ${rests.mission_log.seq} of mission_log and ${rests.proposals.seq} of proposals`);
  const isOpen = words.state === 'not_verified' && words.count > 0;
  if (isOpen) print(`· its ${words.count} signed words are not verified: --allowed-signers FILE names the keys`);
  else print(`  ${words.count - words.doubts.length} of ${words.count} signed words are good`);
  if (grants.count === 0) return;
  if (grants.state === 'not_verified') print(`· ${grants.count} starts without a person are not verified: --brain-key FILE names the key`);
  else print(`  ${grants.count - grants.doubts.length} of ${grants.count} starts without a person are signed by the brain`);
}
function printLog({ log, state, problem, warnings, notices, vouched, segments, head, heads_compared: compared }) {
  const say = (mark, { file, line, reason, kind }) => print(`  ${mark} ${file}${line === 0 ? '' : ` line ${line}`}: ${reason} (${kind})`);
  const range = vouched === null ? 'no records' : `records ${vouched.from} to ${vouched.to} in ${segments} file(s)`;
  const heads = head === null ? 'no head compared' : `${compared} heads agree, the newest of ${head.time} over ${head.size} records`;
  print({ ok: `✓ ${log}: ${range}; ${heads}`, broken: `✗ ${log}: vouched for: ${range}`, absent: `- ${log}: there is none` }[state]);
  if (problem !== null) say('✗', problem);
  for (const each of warnings) say('!', each);
  for (const each of notices) say('·', each);
}
const momentIn = (text) => {
  const time = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?Z)?$/.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(time) ? stop(2, `--at ${text} is no moment: 2026-05-01, 2026-05-01T12:00:00Z`) : time;
};
function brainOf(keys, vessel) {
  try {
    return brainBy(keys, vessel);
  } catch (error) {
    return stop(2, `--brain-key names no public key: ${error.message}`);
  }
}
/** What --mode asks for; undefined without it. */
function askedOfMode({ mode, at, log, 'allowed-signers': file, 'brain-key': brain }, read) {
  if (!mode && (at ?? file ?? brain) !== undefined) stop(2, '--at, --allowed-signers and --brain-key go with --mode');
  if (!mode) return undefined;
  if (log !== undefined) stop(2, '--mode needs all logs');
  const until = at === undefined ? undefined : momentIn(at);
  return {
    now: until ?? Date.now(),
    until,
    signers: file === undefined ? undefined : readSigners(read(file), file),
    brain: brain?.map((path) => read(path)),
  };
}
function main(args) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      log: { type: 'string' },
      key: { type: 'string' },
      heads: { type: 'string' },
      proof: { type: 'string' },
      against: { type: 'string', multiple: true },
      full: { type: 'boolean' },
      strict: { type: 'boolean' },
      mode: { type: 'boolean' },
      at: { type: 'string' },
      'allowed-signers': { type: 'string' },
      'brain-key': { type: 'string', multiple: true },
      json: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) return process.stdout.write(`${help}\n`) && 0;
  const [folder, more] = positionals;
  if ((folder === undefined) === (values.proof === undefined) || more !== undefined) stop(2, `name one FOLDER, or --proof FILE\n${help}`);
  if (values.log !== undefined && !logNames.includes(values.log)) stop(2, `--log is one of ${logNames.join(', ')}`);
  const read = (path) => textOf(path) ?? stop(2, `${path} is not there`);
  const heads = values.heads ?? join(folder ?? '.', 'heads');
  const given =
    values.key === undefined
      ? undefined
      : (parseKey(values.key) ?? parseKey(read(values.key)) ?? stop(2, `${values.key} is no key of heads`));
  const beside = join(heads, 'heads.pub');
  if (values.proof !== undefined) {
    const proof = decode(read(values.proof));
    if (proof?.schema !== 'ubos.audit-proof/v1') stop(2, `${values.proof} is no proof`);
    const problem = checkProof(proof, given ?? stop(2, '--proof needs the --key that was kept elsewhere'), values.json ? () => 0 : print);
    if (values.json) print(JSON.stringify({ ok: problem === undefined, proposal_id: proof.proposal_id, problem: problem ?? null }));
    else if (proof.uncovered > 0) print(`! ${proof.uncovered} more records are newer than the head`);
    if (!values.json) print(problem === undefined ? `✓ ${proof.proposal_id}: every record above is in the log` : `✗ ${problem}`);
    return problem === undefined ? 0 : 1;
  }
  for (const each of [folder, values.heads ?? '.']) if (ifThere(() => readdirSync(each)) === undefined) stop(2, `${each} is not there`);
  const against = (values.against ?? []).flatMap((path) => {
    const notes = read(path) === '' ? [] : notesIn(path);
    return notes.length > 0 ? notes.map((each) => ({ ...each, place: path })) : stop(2, `${path} holds no head`);
  });
  const key = given ?? parseKey(textOf(beside) ?? '');
  if (against.length > 0 && key === undefined) stop(2, 'there is no public key to check --against with: --key heads.pub');
  const settings = { heads, full: values.full === true, against, key };
  const asked = askedOfMode(values, read);
  const verdicts = verifyFolder(folder, values.log === undefined ? logNames : [values.log], settings);
  if (verdicts.every(({ state }) => state === 'absent')) stop(3, `there is no log in ${folder}`);
  const isWholeTrail = verdicts.every(({ state, warnings }) => state !== 'broken' && !(values.strict && warnings.length > 0));
  const vessel = key?.name.replace(/\/heads$/, '');
  if (asked?.brain && vessel === undefined) stop(2, '--brain-key needs the key of the heads, which names the vessel: --key heads.pub');
  const brain = asked?.brain && brainOf(asked.brain, vessel);
  const mode = asked && modeOf(folder, { ...asked, brain, doubtOn: asked.signers && doubtBy(asked.signers, vessel) });
  const ok = isWholeTrail && !(mode && mode.unearned.length + mode.signed_words.doubts.length + mode.grants.doubts.length > 0);
  if (values.json && mode)
    print(JSON.stringify({ schema: 'ubos.audit-mode/v1', ok, logs: verdicts.map(({ log, state }) => ({ log, state })), ...mode }));
  else if (values.json)
    print(
      JSON.stringify({ schema: 'ubos.audit-verdict/v1', ok, full: settings.full, same_user: null, second_place: null, logs: verdicts }),
    );
  else verdicts.forEach(printLog);
  if (!values.json && mode) printMode(mode);
  if (!given && !values.json && verdicts.some(({ head }) => head !== null))
    print('· the key was read beside the heads: it proves nothing against whoever could write there (--key)');
  if (!isWholeTrail && !values.json) print('· change nothing, copy the files; docs/audit.md says how to go on');
  return ok ? 0 : 1;
}
if (ifThere(() => realpathSync(process.argv[1] ?? '')) === fileURLToPath(import.meta.url))
  try {
    process.stdout.on('error', () => process.exit(1));
    process.exitCode = main(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`audit-verify: ${visible(error.message)}\n`);
    process.exitCode = error.exit ?? (String(error.code).startsWith('ERR_PARSE') ? 2 : ['EACCES', 'EPERM'].includes(error.code) ? 4 : 1);
  }
