import { statSync } from 'node:fs';
import type { LogName } from '../../../domain/trail/logs.js';
import type { Anchor } from '../format/segment-records.js';
import type { ScanObserver } from './walk-state.js';
import type { NoteAt } from '../heads/read-heads.js';
import { headsOf, notesBeside, readPublicKey } from '../heads/read-heads.js';
import type { VerifierKey } from '../format/signed-note.js';
import type { LogVerdict } from '../contract/verdict.js';
import { verifyLog } from './verify-log.js';
import { collectAnchors } from '../read/read-anchors.js';

export interface VerifyTrailSettings {
  readonly files: Readonly<Record<LogName, string>>;
  readonly headsFolder: string;
  /** Which logs; the mission log comes along where it says what was removed from another one. */
  readonly logs: readonly LogName[];
  /** Every head of the history, and the shape of every record. */
  readonly full?: boolean;
  /** Heads that were kept elsewhere. */
  readonly against?: readonly NoteAt[];
  /** Instead of the key beside the heads, which whoever can write there can replace. */
  readonly key?: VerifierKey | undefined;
  readonly observe?: (log: LogName) => ScanObserver | undefined;
  readonly onStart?: (log: LogName, anchor: Anchor | undefined) => void;
}

/** Verifies logs from their files alone, and changes nothing. Throws where a file cannot be read. */
export async function verifyTrail(settings: VerifyTrailSettings): Promise<readonly LogVerdict[]> {
  const { files, headsFolder, full = false, against = [], key = readPublicKey(headsFolder) } = settings;
  let anchors: Promise<readonly Anchor[]> | undefined;
  const verdicts: LogVerdict[] = [];
  const verify = async (log: LogName) => {
    // Heads first: one that is signed while the files are read may say more than they do.
    const heads = headsOf([...notesBeside(headsFolder, log, full).map((note) => ({ ...note, place: headsFolder })), ...against], log, key);
    const onStart = settings.onStart === undefined ? undefined : (anchor: Anchor | undefined) => settings.onStart?.(log, anchor);
    verdicts.push(
      await verifyLog({
        log,
        path: files[log],
        heads,
        full,
        anchors: () => (anchors ??= collectAnchors(files.mission_log)),
        observe: settings.observe?.(log),
        onStart,
      }),
    );
  };
  for (const log of settings.logs) await verify(log);
  if (anchors !== undefined && !settings.logs.includes('mission_log')) await verify('mission_log');
  return verdicts;
}

/**
 * True where one account owns the signing key and the log: then a head proves nothing against that account. Undefined where this account
 * may not see who owns them, or the key is not here.
 */
export function isSameUser(keyPath: string, log: string): boolean | undefined {
  try {
    return statSync(keyPath).uid === statSync(log).uid;
  } catch {
    return undefined;
  }
}
