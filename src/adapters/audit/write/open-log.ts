import { dirname } from 'node:path';
import type { ChainState } from './chain-state.js';
import { createChainState } from './chain-state.js';
import type { MarkKeeper } from './mark-keeper.js';
import type { FileIdentity } from './log-file.js';
import { describeFile, foreign, identityOf, openLog, unavailable } from './log-file.js';
import { beginSegment, restoreActive } from './begin-segment.js';
import type { LogSettings } from './log-settings.js';
import type { ReadEnd } from './read-segments.js';
import { closedPaths, readFiles } from './read-segments.js';
import { checkLastLine, readAsLeft } from './read-as-left.js';
import { requiredRecords } from './required-records.js';

/** The active file, and the chain that was read to its end. */
export interface Opened extends ReadEnd {
  readonly chain: ChainState;
  readonly identity: FileIdentity;
  /** Without descriptor the file is opened again: it must be the same. */
  readonly isOpen: boolean;
}

/** Reads the log from its oldest file. Throws where it does not hold what somebody vouches for. */
export async function openAll(settings: LogSettings, marks: MarkKeeper, lastBytes?: number): Promise<Opened> {
  const { path, log, projections, files } = settings;
  const required = requiredRecords(settings, marks.last());
  const found = new Map<number, string>();
  const chain = createChainState({
    ...{ log, path, projections, required: new Set(required.map(({ seq }) => seq)) },
    onRequired: (seq, leaf) => found.set(seq, leaf),
  });
  const closed = closedPaths(path);
  const isThere = identityOf(path) !== undefined || (await restoreActive(settings, closed, required.length > 0));
  const end = await readFiles(settings, chain, isThere ? [...closed, path] : closed, { lastBytes, leftOf: marks.left });
  if (end === undefined) throw new TypeError('a log that is read from its beginning begins nowhere else');
  try {
    for (const { seq, leaf, says } of required) {
      if (found.get(seq) === leaf || seq < chain.oldestSeq) continue;
      const next = `ubos audit verify; to go on knowingly with a log that was put back, move ${says} away (docs/audit.md)`;
      const what = found.has(seq) ? 'is another one here: the log was rewritten' : 'is not here: records were removed';
      throw unavailable(`${path}: record ${seq}, which ${says} vouches for, ${what}`, undefined, 'known', next);
    }
    checkIdentity(settings, marks, [...closed, path]);
    await files.syncFolder(dirname(path));
  } catch (error) {
    await end.handle.close();
    throw error;
  }
  return isThere ? toOpened(chain, end) : beginBehind(settings, chain, end, closed);
}

/** While the kernel runs, the file that was written last is one of those that are there: a copy in its place was put there by hand. */
function checkIdentity({ path }: LogSettings, marks: MarkKeeper, paths: readonly string[]): void {
  const written = marks.writtenLast();
  if (written === undefined || paths.some((each) => identityOf(each) === written)) return;
  const next = `ubos audit verify; to go on knowingly with a file that was put back, move ${path}.lock away (docs/audit.md)`;
  throw foreign(path, 'it is not the file that was written last: it was replaced', next);
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
export async function follow(settings: LogSettings, { chain, identity }: Opened, marks: MarkKeeper): Promise<Opened | undefined> {
  const { path, files } = settings;
  const isMissing = () => identityOf(path) === undefined;
  const closed = closedPaths(path);
  const at = closed.findIndex((each) => identityOf(each) === identity);
  if (at < 0) throw foreign(path, `it was ${isMissing() ? 'deleted' : 'replaced'} while it was in use`);
  const isThere = !isMissing() || (await restoreActive(settings, closed, true));
  chain.segment.path = closed[at] as string;
  const end = await readFiles(settings, chain, [...closed.slice(at), ...(isThere ? [path] : [])], {
    isEntered: true,
    leftOf: marks.left,
  });
  if (end === undefined) return undefined;
  await files.syncFolder(dirname(path));
  return isThere ? toOpened(chain, end) : beginBehind(settings, chain, end, closed);
}

/** The file of that name must still be the one that was read, and as writers have left it: anything else was done to it by hand. */
export async function readOn(settings: LogSettings, opened: Opened, marks: MarkKeeper): Promise<Opened> {
  const { path } = settings;
  const handle = opened.isOpen ? opened.handle : await openLog(path);
  const { identity } = describeFile(handle);
  try {
    if (identity !== opened.identity) throw foreign(path, 'it was replaced while it was in use');
    checkLastLine(settings, opened.chain, handle);
    return { ...opened, handle, isOpen: true, torn: await readAsLeft(settings, opened.chain, handle, marks.left(identity)) };
  } catch (error) {
    if (!opened.isOpen) await handle.close();
    throw error;
  }
}
