import { mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** Neither there, nor hidden behind what is no folder. */
const isMissing = (path: string): boolean => {
  try {
    statSync(path);
    return false;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return true;
    throw error;
  }
};

/**
 * Makes the folder and those above it; the first that had to be made, or undefined. Node's own `recursive` never ends below a folder that takes none
 * and says that it is not there (/proc); here that is the error of the system. Throws EEXIST where something else has the name.
 */
export function makeFolders(folder: string, mode: number): string | undefined {
  const missing: string[] = [];
  for (let each = resolve(folder); isMissing(each); each = dirname(each)) missing.unshift(each);
  for (const each of missing.length === 0 ? [folder] : missing) {
    try {
      mkdirSync(each, { mode });
    } catch (error) {
      // Somebody else may have made it meanwhile.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || isMissing(each) || !statSync(each).isDirectory()) throw error;
    }
  }
  return missing[0];
}
