import { readFileSync } from 'node:fs';

export type ReadJson = { readonly kind: 'absent' } | { readonly kind: 'broken' } | { readonly kind: 'value'; readonly value: unknown };

/** The file's JSON; `absent` where there is none, `broken` where it cannot be read as JSON. At once: see `Disk` on what the thread pool costs. */
export function readJson(file: string): ReadJson {
  try {
    return { kind: 'value', value: JSON.parse(readFileSync(file, 'utf8')) };
  } catch (error) {
    return { kind: (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'absent' : 'broken' };
  }
}
