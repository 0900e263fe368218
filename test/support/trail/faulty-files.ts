import type { FileSeam } from '../../../src/adapters/audit/write/log-file.js';
import { realFiles } from '../../../src/adapters/audit/write/log-file.js';

/**
 * Real files whose operations can be made to fail. `failing` is asked before and after each one (write, datasync, rename, syncFolder) and
 * throws where it is to fail there: before, nothing was done; after, all was, and nobody was told.
 */
export function filesThat(failing: (operation: keyof FileSeam, moment: 'before' | 'after') => void): FileSeam {
  const around = async <T>(operation: keyof FileSeam, work: () => Promise<T>): Promise<T> => {
    failing(operation, 'before');
    const result = await work();
    failing(operation, 'after');
    return result;
  };
  return {
    write: (handle, bytes) => around('write', () => realFiles.write(handle, bytes)),
    datasync: (handle) => around('datasync', () => realFiles.datasync(handle)),
    rename: (from, to) => around('rename', () => realFiles.rename(from, to)),
    syncFolder: (folder) => around('syncFolder', () => realFiles.syncFolder(folder)),
  };
}

export const errno = (code: string): Error => Object.assign(new Error(`${code}: injected`), { code });
