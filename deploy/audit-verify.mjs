#!/usr/bin/env node
// Was an audit trail of Janus changed since it was written? From its files, its heads and the public key alone, with nothing but Node. It is
// written from the format (docs/audit.md) and shares no line with the product, so that one mistake is not in both (docs/decisions/0021).
import { createHash, createPublicKey, hash, randomBytes, verify } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readdirSync, readFileSync, readSync, realpathSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const help = `node audit-verify.mjs FOLDER [--log LOG] [--full] [--strict] [--json] [--key VKEY|FILE] [--heads FOLDER] [--against HEADFILE]
node audit-verify.mjs --proof FILE --key VKEY|FILE [--json]

FOLDER has the logs (mission_log.jsonl, tool_use.jsonl, proposals.jsonl and their closed files) and, in heads/, the signed heads.
  --key      the public key of the heads, kept elsewhere; else heads/heads.pub, which whoever can write there can replace
  --against  heads that were kept elsewhere: one note, or a history; as often as there are files
  --full     compares every head of the history, and looks at the shape of every record
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
function printLog({ log, state, problem, warnings, notices, vouched, segments, head, heads_compared: compared }) {
  const say = (mark, { file, line, reason, kind }) => print(`  ${mark} ${file}${line === 0 ? '' : ` line ${line}`}: ${reason} (${kind})`);
  const range = vouched === null ? 'no records' : `records ${vouched.from} to ${vouched.to} in ${segments} file(s)`;
  const heads = head === null ? 'no head compared' : `${compared} heads agree, the newest of ${head.time} over ${head.size} records`;
  print({ ok: `✓ ${log}: ${range}; ${heads}`, broken: `✗ ${log}: vouched for: ${range}`, absent: `- ${log}: there is none` }[state]);
  if (problem !== null) say('✗', problem);
  for (const each of warnings) say('!', each);
  for (const each of notices) say('·', each);
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
  const verdicts = verifyFolder(folder, values.log === undefined ? logNames : [values.log], settings);
  if (verdicts.every(({ state }) => state === 'absent')) stop(3, `there is no log in ${folder}`);
  const ok = verdicts.every(({ state, warnings }) => state !== 'broken' && !(values.strict && warnings.length > 0));
  if (values.json)
    print(
      JSON.stringify({ schema: 'ubos.audit-verdict/v1', ok, full: settings.full, same_user: null, second_place: null, logs: verdicts }),
    );
  else verdicts.forEach(printLog);
  if (!given && !values.json && verdicts.some(({ head }) => head !== null))
    print('· the key was read beside the heads: it proves nothing against whoever could write there (--key)');
  if (!ok && !values.json) print('· change nothing, copy the files; docs/audit.md says how to go on');
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
