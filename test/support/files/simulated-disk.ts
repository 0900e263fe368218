import { dirname } from 'node:path';
import type { Disk } from '../../../src/adapters/files/disk.js';

/** Thrown where the power goes: nothing runs after it. */
export class PowerCut extends Error {}

export const errno = (code: string): Error => Object.assign(new Error(`${code}: injected`), { code, errno: -1 });

interface Content {
  /** What the kernel has. */
  bytes: string;
  /** What the disk has for certain. */
  synced: string;
}

/** A change of names in one folder that the disk may not have yet. */
interface NameChange {
  readonly folder: string;
  readonly apply: (names: Map<string, Content | 'folder'>) => void;
}

export interface SimulatedDisk extends Disk {
  readonly operations: readonly string[];
  /** What is seen while the power is on. */
  read(file: string): string | undefined;
  readonly names: readonly string[];
  /** Every state in which a power cut at this moment may leave the file; undefined: it is not there. */
  afterPowerCut(file: string): ReadonlySet<string | undefined>;
}

/** Called before and after each operation, with its number; may throw. */
type Fault = (operation: string, moment: 'before' | 'after', count: number) => void;

const subsets = <T>(all: readonly T[]): T[][] =>
  all.reduce<T[][]>((found, each) => found.flatMap((subset) => [subset, [...subset, each]]), [[]]);

/**
 * A disk that keeps no more than it has to: what was not synced may be there, in part or not at all, and of the names that were changed in a
 * folder since its last sync any may be lost, whatever their order.
 */
export function simulateDisk(fault: Fault = () => undefined, { takes = Infinity, room = Infinity } = {}): SimulatedDisk {
  const contents = new Map<number, Content>();
  const names = new Map<string, Content | 'folder'>([['/', 'folder']]);
  const durable = new Map(names);
  let pending: NameChange[] = [];
  let [descriptors, left] = [0, room];
  const operations: string[] = [];

  const around = <T>(operation: string, work: () => T): T => {
    const count = operations.push(operation);
    fault(operation, 'before', count);
    const result = work();
    fault(operation, 'after', count);
    return result;
  };
  const change = (folder: string, apply: NameChange['apply']) => {
    apply(names);
    pending.push({ folder, apply });
  };
  const set = (path: string, to: Content | 'folder') => change(dirname(path), (all) => all.set(path, to));
  const contentOf = (path: string) => {
    const found = names.get(path);
    if (found === undefined || found === 'folder') throw errno('ENOENT');
    return found;
  };
  const open = (file: string, content: Content) => {
    descriptors += 1;
    contents.set(descriptors, content);
    if (!names.has(file)) set(file, content);
    return descriptors;
  };
  const mustHave = (folder: string) => {
    if (names.get(folder) !== 'folder') throw errno('ENOENT');
  };
  const syncFolder = (folder: string) => {
    mustHave(folder);
    for (const { apply } of pending.filter((each) => each.folder === folder)) apply(durable);
    pending = pending.filter((each) => each.folder !== folder);
  };
  const stands = (all: ReadonlyMap<string, unknown>, path: string): boolean =>
    path === '/' || (all.has(path) && stands(all, dirname(path)));

  return {
    operations,
    create: (file) =>
      around('create', () => {
        mustHave(dirname(file));
        if (names.has(file)) throw errno('EEXIST');
        return open(file, { bytes: '', synced: '' });
      }),
    append: (file) =>
      around('append', () => {
        mustHave(dirname(file));
        return open(file, names.has(file) ? contentOf(file) : { bytes: '', synced: '' });
      }),
    write: (descriptor, bytes) =>
      around('write', () => {
        if (left <= 0) throw errno('ENOSPC');
        const text = Buffer.from(bytes).toString().slice(0, Math.min(takes, left));
        contents.get(descriptor)!.bytes += text;
        left -= text.length;
        return text.length;
      }),
    sync: async (descriptor) =>
      around('sync', () => {
        const content = contents.get(descriptor)!;
        content.synced = content.bytes;
      }),
    close: (descriptor) => void contents.delete(descriptor),
    link: (from, to) =>
      around('link', () => {
        if (names.has(to)) throw errno('EEXIST');
        set(to, contentOf(from));
      }),
    rename: (from, to) =>
      around('rename', () => {
        const moved = names.get(from) ?? 'folder';
        change(dirname(to), (all) => {
          all.delete(from);
          all.set(to, moved);
        });
      }),
    remove: (file) => around('remove', () => change(dirname(file), (all) => all.delete(file))),
    makeFolder: (folder) =>
      around('makeFolder', () => {
        const missing: string[] = [];
        for (let each = folder; !names.has(each); each = dirname(each)) missing.unshift(each);
        for (const each of missing) set(each, 'folder');
        return missing[0];
      }),
    syncFile: async (file) =>
      around('syncFile', () => {
        const content = contentOf(file);
        content.synced = content.bytes;
      }),
    syncFolder: async (folder) => around('syncFolder', () => syncFolder(folder)),
    read: (file) => {
      const found = names.get(file);
      return found === undefined || found === 'folder' ? undefined : found.bytes;
    },
    get names() {
      return [...names.keys()];
    },
    afterPowerCut(file) {
      const states = new Set<string | undefined>();
      for (const lasting of subsets(pending)) {
        const left = new Map(durable);
        for (const { apply } of lasting) apply(left);
        const found = stands(left, file) ? left.get(file) : undefined;
        const { bytes, synced } = found === 'folder' || found === undefined ? { bytes: undefined, synced: undefined } : found;
        states.add(bytes).add(synced);
        if (bytes !== synced) states.add('').add(bytes!.slice(0, bytes!.length / 2));
      }
      return states;
    },
  };
}
