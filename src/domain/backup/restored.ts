import type { Fields } from '../approval/statement-fields.js';

/** A backup that was put in place, and that nobody has said yes to: nothing runs until somebody has (spec D3). */
export interface Restored {
  /** What the yes is about; no other restore is ever called so. */
  readonly id: string;
  /** The backup. */
  readonly backup: string;
  readonly takenAt: string;
  readonly at: string;
  /** The folder, in that of state, where what was newer lies now. */
  readonly folder: string;
  readonly setAside: readonly string[];
}

export const restoreIdPattern = /^restore-[0-9a-f]{12}$/;

/** Undefined where it is none. */
export function restoredIn(value: Fields | undefined): Restored | undefined {
  const { id, backup, takenAt, at, folder, setAside } = value ?? {};
  const texts = [id, backup, takenAt, at, folder];
  const isWhole = texts.every((each) => typeof each === 'string' && each.length <= 256) && restoreIdPattern.test(id as string);
  if (!isWhole || !Array.isArray(setAside) || !setAside.every((each) => typeof each === 'string')) return undefined;
  return { id, backup, takenAt, at, folder, setAside } as Restored;
}
