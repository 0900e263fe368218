import { lstatSync } from 'node:fs';
import { lstat } from 'node:fs/promises';

function reasonOf(file: string, error: unknown): string | undefined {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' ? undefined : `emergency stop: ${file} cannot be looked at (${code})`;
}

/**
 * Why nothing may start, or undefined (spec K1). Fail closed: when it cannot be told whether the file is there, it is there.
 * Any kind of file counts, a dangling link too.
 */
export async function readEmergencyStop(file: string): Promise<string | undefined> {
  try {
    await lstat(file);
    return `emergency stop: ${file} exists`;
  } catch (error) {
    return reasonOf(file, error);
  }
}

/** The same answer at once, for the tick. */
export function isStopped(file: string): boolean {
  try {
    lstatSync(file);
    return true;
  } catch (error) {
    return reasonOf(file, error) !== undefined;
  }
}
