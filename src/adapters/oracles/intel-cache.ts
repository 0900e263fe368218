import { readdir, readFile, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { KeptAnswer } from '../../domain/oracles/kept.schema.js';
import { keptSchemaName, parseKept } from '../../domain/oracles/kept.schema.js';
import { lookupText } from '../../domain/oracles/format.js';
import type { Lookup } from '../../domain/oracles/oracle.js';
import { makeFolder, replaceFile } from '../files/durable.js';
import { sha256 } from '../files/sha256.js';

/** What oracles answered, in files that tools may be granted to read (`logging.intel_cache`). */
export interface IntelCache {
  /** Undefined: nothing that counts any more. */
  find(lookup: Lookup): Promise<KeptAnswer | undefined>;
  keep(answer: KeptAnswer): Promise<void>;
}

interface CacheSettings {
  /** `logging.intel_cache`. */
  readonly folder: string;
  readonly keptMilliseconds: number;
  readonly now: () => Date;
}

/** More questions than anybody asks: the oldest go. */
const filesMax = 1_000;

/** Whoever is granted the folder reads it under another account, and nobody but the vessel writes there. */
const [folderMode, fileMode] = [0o755, 0o644];

export function createIntelCache({ folder, keptMilliseconds, now }: CacheSettings): IntelCache {
  const folderOf = ({ oracle }: Lookup) => join(folder, oracle);
  const fileOf = (lookup: Lookup) => join(folderOf(lookup), `${sha256(lookupText(lookup)).slice(0, 32)}.json`);
  const prune = async (within: string) => {
    const files = (await readdir(within)).filter((name) => name.endsWith('.json')).map((name) => join(within, name));
    const aged = await Promise.all(files.map(async (file) => ({ file, at: (await stat(file)).mtimeMs })));
    const fresh = aged.filter(({ at }) => now().getTime() - at < keptMilliseconds).sort((a, b) => b.at - a.at);
    const kept = new Set(fresh.slice(0, filesMax).map(({ file }) => file));
    for (const { file } of aged) if (!kept.has(file)) await unlink(file);
  };
  return {
    async find(lookup) {
      let kept: KeptAnswer | undefined;
      try {
        kept = parseKept(JSON.parse(await readFile(fileOf(lookup), 'utf8')));
      } catch {
        // Not there, or no JSON: it was never answered.
      }
      const isSame = kept?.oracle === lookup.oracle && kept.query === lookup.query;
      const age = now().getTime() - Date.parse(kept?.at ?? '');
      // A clock that was set back makes nothing younger.
      return isSame && age >= 0 && age < keptMilliseconds ? kept : undefined;
    },
    async keep(answer) {
      await makeFolder(folder, folderMode);
      await makeFolder(folderOf(answer), folderMode);
      await replaceFile(fileOf(answer), `${JSON.stringify({ schema: keptSchemaName, ...answer }, undefined, 2)}\n`, { mode: fileMode });
      await prune(folderOf(answer));
    },
  };
}
