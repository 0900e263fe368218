import { accessSync, constants } from 'node:fs';
import { dirname } from 'node:path';

/** Why this process cannot make a file there; undefined where it can. A folder that is missing is made where it is needed. */
export function unwritable(folder: string): string | undefined {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' && dirname(folder) !== folder
      ? unwritable(dirname(folder))
      : code === 'EROFS'
        ? 'read-only file system'
        : String(code);
  }
}
