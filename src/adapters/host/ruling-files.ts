import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { RulingFile } from '../../domain/health/readings.js';

function lookAt(file: string): RulingFile[] {
  try {
    const stat = statSync(file);
    return [{ file, mode: stat.mode & 0o7777, uid: stat.uid, gid: stat.gid, isFolder: stat.isDirectory() }];
  } catch {
    // What is not there is nobody's to write; who may make it is said by its folder.
    return [];
  }
}

/** Those of the files that are there, and the folders that they lie in: whoever may write a folder may put another file in their place. */
export const lookAtRulingFiles = (files: readonly string[]): RulingFile[] =>
  [...new Set(files.flatMap((file) => [dirname(file), file]))].flatMap(lookAt);
