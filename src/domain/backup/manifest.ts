import type { Fields } from '../approval/statement-fields.js';

/** What lies in a backup beside the files themselves: what they were when it was made (spec D3). */
export interface BackupManifest {
  readonly id: string;
  readonly vessel: string;
  readonly takenAt: string;
  /** Of Temporal's database, as one file; undefined where the server keeps it elsewhere. */
  readonly database?: { readonly sha256: string; readonly bytes: number };
  /** The files of the trail, by name: any other is newer. */
  readonly trail: readonly string[];
}

export const backupIdPattern = /^backup-[0-9a-f]{16}$/;

const isText = (value: unknown): value is string => typeof value === 'string' && value.length > 0 && value.length <= 256;

function databaseIn(value: unknown): BackupManifest['database'] | null {
  if (value === undefined) return undefined;
  const { sha256, bytes } = (typeof value === 'object' && value !== null ? value : {}) as Fields;
  return typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256) && Number.isSafeInteger(bytes)
    ? { sha256, bytes: bytes as number }
    : null;
}

/** Undefined where it is no manifest: nothing is put back by it. */
export function parseManifest(text: string): BackupManifest | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { id, vessel, takenAt, trail, database: found } = (typeof value === 'object' && value !== null ? value : {}) as Fields;
  const database = databaseIn(found);
  const isWhole =
    isText(id) && backupIdPattern.test(id) && isText(vessel) && isText(takenAt) && !Number.isNaN(Date.parse(takenAt)) && database !== null;
  if (!isWhole || !Array.isArray(trail) || !trail.every(isText)) return undefined;
  return { id, vessel, takenAt, trail, ...(database !== undefined && { database }) };
}

/** Files of the trail that the backup does not have: they were begun after it, and stand beside an older log. */
export function newerThan({ trail }: Pick<BackupManifest, 'trail'>, present: readonly string[]): readonly string[] {
  const known = new Set(trail);
  return present.filter((name) => !known.has(name));
}
