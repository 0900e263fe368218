import { lstatSync } from 'node:fs';
import { dirname } from 'node:path';

export interface EmergencyStop {
  /** What was found: "FILE exists". */
  readonly found: string;
  /** What can be typed about it. */
  readonly next: string;
}

/**
 * Whether nothing may start (spec K1): asked of the disk each time, in a few microseconds. Fail closed: where nobody can tell whether the file is
 * there, it is. Any kind of file counts, a dangling link too. Undefined where nothing stops.
 */
export function readEmergencyStop(file: string): EmergencyStop | undefined {
  try {
    const isFolder = lstatSync(file).isDirectory();
    return { found: `${file} exists`, next: `when all is well again: ${isFolder ? 'rmdir' : 'rm'} ${file}` };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? undefined : { found: `${file} cannot be looked at (${code})`, next: `ls -ld ${dirname(file)}` };
  }
}

/** The same as a reason for not starting something. */
export async function emergencyStopReason(file: string): Promise<string | undefined> {
  const stop = readEmergencyStop(file);
  return stop === undefined ? undefined : `emergency stop: ${stop.found}`;
}
