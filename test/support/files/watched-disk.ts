import { createRequire } from 'node:module';
import type * as Fs from 'node:fs';
import type * as Promises from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { jest } from '@jest/globals';

// Jest hands out the real modules here, and what is mocked below to everything that is imported afterwards.
const load = createRequire(import.meta.url);
const fs = load('node:fs') as typeof Fs;
const promises = load('node:fs/promises') as typeof Promises;

export interface WatchedDisk {
  /** What a power cut at this moment could take, of everything beneath the folder. */
  losses(folder: string): string[];
  /** What got its name before its content was on the disk: at that moment a power cut could have left it empty. */
  readonly early: readonly string[];
  /** From now on a write takes so many bytes at a time. */
  takes: number;
  /** Called when a file got a name: what may be lost at that moment? */
  onName: ((path: string) => void) | undefined;
  forget(): void;
}

type Names = Record<string, (...args: never[]) => unknown>;

/**
 * Watches how files are written by modules that are imported after this call: which bytes and which names have been synced. What it calls a loss
 * is one that a file system may inflict, and that the one at hand may well not.
 */
export function watchDisk(): WatchedDisk {
  /** Inodes whose bytes are on the disk. Whatever is not among them was written by somebody, and never synced. */
  const synced = new Set<number>();
  /** Names that were made in a folder since its last sync. */
  const unsynced = new Map<string, Set<string>>();
  const early: string[] = [];
  let takes = Infinity;
  let onName: WatchedDisk['onName'];

  const inodeOf = (at: string | number) => (typeof at === 'number' ? fs.fstatSync(at) : fs.statSync(at)).ino;
  const dirty = (at: string | number) => void synced.delete(inodeOf(at));
  const named = (path: string) => {
    const [folder, each] = [dirname(resolve(path)), resolve(path)];
    unsynced.set(folder, (unsynced.get(folder) ?? new Set()).add(each));
  };
  const clean = (at: string | number) => {
    const path = typeof at === 'number' ? fs.readlinkSync(`/proc/self/fd/${at}`) : resolve(at);
    if (fs.statSync(path).isDirectory()) unsynced.delete(path);
    else synced.add(inodeOf(path));
  };
  const takesName = (from: string, to: string) => {
    if (fs.statSync(from).isFile() && !synced.has(inodeOf(from))) early.push(to);
  };

  /** What is done after a call that returns at once, or promises; Jest's promises are others than Node's. */
  const then = (result: unknown, followUp: () => void): unknown => {
    if (typeof (result as PromiseLike<unknown> | undefined)?.then === 'function')
      return (result as Promise<unknown>).then((value) => {
        followUp();
        return value;
      });
    followUp();
    return result;
  };
  const makes = (path: string | number, work: () => unknown) => {
    const isNew = typeof path === 'string' && !fs.existsSync(path);
    return then(work(), () => {
      if (!isNew || !fs.existsSync(path)) return;
      named(path);
      dirty(path);
    });
  };
  const makesFolder = (path: string, work: () => unknown) => {
    const missing: string[] = [];
    for (let each = resolve(path); !fs.existsSync(each); each = dirname(each)) missing.push(each);
    return then(work(), () => missing.forEach(named));
  };

  /** The same for calls that return at once and for those that promise. */
  const watched = (real: Names, suffix: '' | 'Sync') => {
    const call = (name: string, args: unknown[]) => (real[`${name}${suffix}`] as (...all: unknown[]) => unknown)(...args);
    const writing =
      (name: string) =>
      (path: string | number, ...rest: unknown[]) =>
        then(
          makes(path, () => call(name, [path, ...rest])),
          () => dirty(path),
        );
    return {
      [`open${suffix}`]: (path: string, ...rest: unknown[]) => makes(path, () => call('open', [path, ...rest])),
      [`writeFile${suffix}`]: writing('writeFile'),
      [`appendFile${suffix}`]: writing('appendFile'),
      [`mkdir${suffix}`]: (path: string, ...rest: unknown[]) => makesFolder(path, () => call('mkdir', [path, ...rest])),
      ...Object.fromEntries(
        ['rename', 'link'].map((name) => [
          `${name}${suffix}`,
          (from: string, to: string) => {
            takesName(from, to);
            return then(call(name, [from, to]), () => {
              named(to);
              onName?.(to);
            });
          },
        ]),
      ),
    };
  };
  const sync = {
    ...watched(fs as unknown as Names, 'Sync'),
    writeSync: (descriptor: number, bytes: string | Uint8Array, ...rest: never[]) => {
      dirty(descriptor);
      const part = rest.length === 0 ? Buffer.from(bytes).subarray(0, takes) : bytes;
      return fs.writeSync(descriptor, part as Uint8Array, ...rest);
    },
    ...Object.fromEntries(
      (['fsyncSync', 'fdatasyncSync'] as const).map((name) => [
        name,
        (descriptor: number) => {
          fs[name](descriptor);
          clean(descriptor);
        },
      ]),
    ),
    fsync: (descriptor: number, callback: (error: unknown) => void) =>
      fs.fsync(descriptor, (error) => {
        if (error === null) clean(descriptor);
        callback(error);
      }),
  };
  const open = async (path: string, ...rest: never[]) => {
    const handle = await (makes(path, () => promises.open(path, ...rest)) as ReturnType<typeof promises.open>);
    for (const name of ['sync', 'datasync'] as const) {
      const real = handle[name].bind(handle);
      handle[name] = async () => {
        await real();
        clean(handle.fd);
      };
    }
    for (const name of ['write', 'writeFile', 'appendFile'] as const) {
      const real = handle[name].bind(handle) as (...all: unknown[]) => Promise<never>;
      handle[name] = async (...all: unknown[]) => {
        dirty(handle.fd);
        return real(...all);
      };
    }
    return handle;
  };
  const asynchronous = { ...watched(promises as unknown as Names, ''), open };
  const whole = { ...fs, ...sync, promises: { ...promises, ...asynchronous } };
  jest.unstable_mockModule('node:fs', () => ({ ...whole, default: whole }));
  jest.unstable_mockModule('node:fs/promises', () => ({ ...promises, ...asynchronous, default: { ...promises, ...asynchronous } }));

  const losses = (folder: string): string[] =>
    fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      const path = join(folder, entry.name);
      return [
        ...(unsynced.get(folder)?.has(path) === true ? [`the name ${path}`] : []),
        ...(entry.isFile() && !synced.has(inodeOf(path)) ? [`the content of ${path}`] : []),
        ...(entry.isDirectory() ? losses(path) : []),
      ];
    });
  return {
    losses,
    early,
    get takes() {
      return takes;
    },
    set takes(bytes) {
      takes = bytes;
    },
    get onName() {
      return onName;
    },
    set onName(look) {
      onName = look;
    },
    forget: () => {
      early.length = 0;
      synced.clear();
      unsynced.clear();
      [takes, onName] = [Infinity, undefined];
    },
  };
}
