import { closeSync, constants, fstatSync, openSync, readSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { tryLock, unlock } from 'fs-native-extensions';
import { makeFolders } from '../files/make-folders.js';

// One table for all workers of a host. Who holds the kernel's lock on a row runs an action; its text says how much memory is set aside for it, and
// in which order they began. A worker that is killed leaves no lock behind, whatever it wrote.

const rows = 64;
const rowBytes = 32;
/** Behind the rows: held while somebody counts and takes, so that two cannot take the last place. */
const doorAt = rows * rowBytes;

export interface Want {
  /** So many may run on this host, the one that asks included. */
  readonly limit: number;
  /** Set aside for this one. */
  readonly memoryMb: number;
  /** For all of this host together. */
  readonly memoryCeilingMb: number;
}

/** Whoever is alone needs no more than this to be free: else a host that is smaller than the limit of one action would never run any. */
const aloneMb = 512;

/** A place that was taken; only the one who took it can give it back. */
export type Slot = symbol;

export interface SlotCount {
  readonly running: number;
  readonly reservedMb: number;
}

/** `busy`: somebody else counts at this moment. */
export type NoSlot = 'full' | 'memory' | 'busy';

/** The places of one host for running actions, shared by all its processes. Each call throws where the table cannot be used: then nothing may start. */
export interface Slots {
  take(want: Want): Slot | NoSlot;
  release(slot: Slot): void;
  count(): SlotCount;
  /** Names of all that run on this host, the one that began last first. */
  youngest(): readonly number[];
  /** The place of this process with this name. */
  find(serial: number): Slot | undefined;
  close(): void;
}

interface Row {
  readonly memoryMb: number;
  readonly serial: number;
}

/** A row that nobody wrote as we do belongs to somebody who runs: counted as the largest that there may be. */
function parseRow(text: string, unknownMb: number): Row {
  const [, memory, serial] = /^(\d+) (\d+) *\n$/.exec(text) ?? [];
  return memory === undefined ? { memoryMb: unknownMb, serial: 0 } : { memoryMb: Number(memory), serial: Number(serial) };
}

const rowText = ({ memoryMb, serial }: Row) => `${`${Math.ceil(memoryMb)} ${serial}`.padEnd(rowBytes - 1)}\n`;

interface Table {
  readonly fd: number;
  /** Rows that this process holds: for it alone the kernel does not say so. */
  readonly own: Map<number, Row>;
}

function openTable(file: string): Table {
  makeFolders(dirname(file), 0o755);
  return { fd: openSync(file, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600), own: new Map() };
}

function isFree({ fd, own }: Table, row: number): boolean {
  if (own.has(row)) return false;
  // Shared: two that look at the same moment do not take each other for somebody who runs.
  if (!tryLock(fd, row * rowBytes, rowBytes, { shared: true })) return false;
  unlock(fd, row * rowBytes, rowBytes);
  return true;
}

function readRow({ fd, own }: Table, row: number, unknownMb: number): Row {
  const known = own.get(row);
  if (known !== undefined) return known;
  const bytes = Buffer.alloc(rowBytes);
  const length = readSync(fd, bytes, 0, rowBytes, row * rowBytes);
  return parseRow(bytes.toString('latin1', 0, length), unknownMb);
}

/** Whether nobody at all runs, in two calls instead of two for each row. Not where this process holds a row: it would give it back with the rest. */
function areAllFree({ fd, own }: Table): boolean {
  if (own.size > 0 || !tryLock(fd, 0, doorAt, { shared: true })) return false;
  unlock(fd, 0, doorAt);
  return true;
}

function takenRows(table: Table, unknownMb: number): Row[] {
  if (areAllFree(table)) return [];
  return Array.from({ length: rows }, (_, row) => row).flatMap((row) => (isFree(table, row) ? [] : [readRow(table, row, unknownMb)]));
}

const reservedBy = (taken: readonly Row[]) => taken.reduce((sum, { memoryMb }) => sum + memoryMb, 0);

/** The first free row; undefined where there is none. */
function takeRow(table: Table, taken: Row): number | undefined {
  for (let row = 0; row < rows; row += 1) {
    if (table.own.has(row) || !tryLock(table.fd, row * rowBytes, rowBytes)) continue;
    writeSync(table.fd, rowText(taken), row * rowBytes, 'latin1');
    table.own.set(row, taken);
    return row;
  }
  return undefined;
}

function atDoor<T>({ fd }: Table, work: () => T): T | 'busy' {
  if (!tryLock(fd, doorAt, 1)) return 'busy';
  try {
    return work();
  } finally {
    unlock(fd, doorAt, 1);
  }
}

/**
 * `unknownMemoryMb`: what is counted for a row that cannot be read. A table that was removed or replaced is opened anew, as every worker that comes
 * later opens it, and what this process runs is entered there again.
 */
export function openSlots(file: string, unknownMemoryMb: number): Slots {
  let table: Table | undefined;
  const held = new Map<Slot, { row: number; readonly entry: Row }>();
  const isStillThere = ({ fd }: Table) => {
    const [byName, ours] = [statSync(file, { throwIfNoEntry: false }), fstatSync(fd)];
    return byName?.ino === ours.ino && byName.dev === ours.dev;
  };
  const opened = (): Table => {
    if (table !== undefined && isStillThere(table)) return table;
    const before = table;
    const fresh = openTable(file);
    for (const each of held.values()) each.row = takeRow(fresh, each.entry) ?? -1;
    table = fresh;
    if (before !== undefined) closeSync(before.fd);
    return fresh;
  };
  const count = (): SlotCount => {
    const taken = takenRows(opened(), unknownMemoryMb);
    return { running: taken.length, reservedMb: reservedBy(taken) };
  };
  const enter = (open: Table, { limit, memoryMb, memoryCeilingMb }: Want): Slot | NoSlot => {
    const taken = takenRows(open, unknownMemoryMb);
    if (taken.length >= Math.min(limit, rows)) return 'full';
    const needed = taken.length === 0 ? Math.min(memoryMb, aloneMb) : reservedBy(taken) + memoryMb;
    if (needed > memoryCeilingMb) return 'memory';
    const entry = { memoryMb, serial: taken.reduce((last, { serial }) => Math.max(last, serial), 0) + 1 };
    const row = takeRow(open, entry);
    if (row === undefined) return 'full';
    const slot = Symbol('slot');
    held.set(slot, { row, entry });
    return slot;
  };
  return {
    take: (want) => {
      const open = opened();
      return atDoor(open, () => enter(open, want));
    },
    release: (slot) => {
      const place = held.get(slot);
      held.delete(slot);
      if (place === undefined || place.row < 0 || table === undefined) return;
      table.own.delete(place.row);
      unlock(table.fd, place.row * rowBytes, rowBytes);
    },
    count,
    youngest: () =>
      takenRows(opened(), unknownMemoryMb)
        .map(({ serial }) => serial)
        .sort((a, b) => b - a),
    find: (serial) => [...held].find(([, { entry }]) => entry.serial === serial)?.[0],
    close: () => {
      if (table !== undefined) closeSync(table.fd);
      table = undefined;
      held.clear();
    },
  };
}
