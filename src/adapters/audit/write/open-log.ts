import { dirname } from 'node:path';
import type { ChainState } from './chain-state.js';
import { createChainState } from './chain-state.js';
import type { DurableMark } from './durable-mark.js';
import type { FileIdentity } from './log-file.js';
import { describeFile, identityOf, openLog, unavailable } from './log-file.js';
import { beginSegment, restoreActive } from './begin-segment.js';
import type { LogSettings } from './log-settings.js';
import type { ReadEnd } from './read-segments.js';
import { closedPaths, readFiles } from './read-segments.js';
import { requiredRecords } from './required-records.js';

/** The active file, and the chain that was read to its end. */
export interface Opened extends ReadEnd {
  readonly chain: ChainState;
  readonly identity: FileIdentity;
  /** Without descriptor the file is opened again: it must be the same. */
  readonly isOpen: boolean;
}

/** Reads the log from its oldest file. Throws where it does not hold what somebody vouches for. */
export async function openAll(settings: LogSettings, mark: DurableMark | undefined, lastBytes?: number): Promise<Opened> {
  const { path, log, projections, files } = settings;
  const required = requiredRecords(settings, mark);
  const found = new Map<number, string>();
  const chain = createChainState({
    ...{ log, path, projections, required: new Set(required.map(({ seq }) => seq)) },
    onRequired: (seq, leaf) => found.set(seq, leaf),
  });
  const closed = closedPaths(path);
  const isThere = identityOf(path) !== undefined || (await restoreActive(settings, closed, required.length > 0));
  const end = await readFiles(settings, chain, isThere ? [...closed, path] : closed, lastBytes === undefined ? {} : { lastBytes });
  if (end === undefined) throw new TypeError('a log that is read from its beginning begins nowhere else');
  try {
    for (const { seq, leaf, says } of required) {
      if (found.get(seq) === leaf || seq < chain.oldestSeq) continue;
      const next = `ubos audit verify; to go on knowingly with a log that was put back, move ${says} away (docs/audit.md)`;
      const what = found.has(seq) ? 'is another one here: the log was rewritten' : 'is not here: records were removed';
      throw unavailable(`${path}: record ${seq}, which ${says} vouches for, ${what}`, undefined, 'known', next);
    }
    await files.syncFolder(dirname(path));
  } catch (error) {
    await end.handle.close();
    throw error;
  }
  return isThere ? toOpened(chain, end) : beginBehind(settings, chain, end, closed);
}

export const toOpened = (chain: ChainState, end: ReadEnd): Opened => ({
  ...end,
  chain,
  identity: describeFile(end.handle).identity,
  isOpen: true,
});

/** The active file is missing: the newest closed one must say that another was to follow. */
async function beginBehind(settings: LogSettings, chain: ChainState, end: ReadEnd, closed: readonly string[]): Promise<Opened> {
  await end.handle.close();
  const newest = closed.at(-1) as string;
  if (!chain.isClosed || end.torn.length > 0)
    throw unavailable(`${settings.path} is missing, and ${newest} was not closed: it was deleted`);
  const handle = await beginSegment(settings, chain, { closedAs: newest.slice(dirname(newest).length + 1) });
  return toOpened(chain, { handle, torn: Buffer.alloc(0) });
}

/** Another process went on in a new file: reads what lies between. Undefined: begin anew. */
export async function follow(settings: LogSettings, { chain, identity }: Opened): Promise<Opened | undefined> {
  const { path, files } = settings;
  const isMissing = () => identityOf(path) === undefined;
  const closed = closedPaths(path);
  const at = closed.findIndex((each) => identityOf(each) === identity);
  if (at < 0) throw unavailable(`${path} was ${isMissing() ? 'deleted' : 'replaced'} while it was in use`);
  const isThere = !isMissing() || (await restoreActive(settings, closed, true));
  chain.segment.path = closed[at] as string;
  const end = await readFiles(settings, chain, [...closed.slice(at), ...(isThere ? [path] : [])], { isEntered: true });
  if (end === undefined) return undefined;
  await files.syncFolder(dirname(path));
  return isThere ? toOpened(chain, end) : beginBehind(settings, chain, end, closed);
}

/** The file of that name must still be the one that was read, and may only have grown: anything else was done to it by hand. */
export async function readOn({ path }: LogSettings, opened: Opened): Promise<Opened> {
  const handle = opened.isOpen ? opened.handle : await openLog(path);
  const { identity, bytes } = describeFile(handle);
  try {
    if (identity !== opened.identity) throw unavailable(`${path} was replaced while it was in use`);
    const { readBytes } = opened.chain;
    if (bytes < readBytes) throw unavailable(`${path} has shrunk from ${readBytes} to ${bytes} bytes`);
    return { ...opened, handle, isOpen: true, torn: await opened.chain.readOn(handle, bytes) };
  } catch (error) {
    if (!opened.isOpen) await handle.close();
    throw error;
  }
}
