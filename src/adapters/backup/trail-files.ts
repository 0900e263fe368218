import { readdirSync } from 'node:fs';
import { basename } from 'node:path';

/** The files of these logs that lie in the folder of state, packed ones too, by name. */
export function trailFilesIn(state: string, logs: readonly string[]): readonly string[] {
  const stems = logs.map((path) => basename(path).replace(/\.jsonl$/, ''));
  const isOf = (name: string) => stems.some((stem) => name.startsWith(stem) && rest.test(name.slice(stem.length)));
  return readdirSync(state).filter(isOf).toSorted();
}

/** `<log>.jsonl`, or `<log>.<first seq>.<day of closing>[.<n>].jsonl`. */
const rest = /^(?:\.\d{12,15}\.\d{8}(?:\.\d{1,9})?)?\.jsonl(?:\.(?:gz|xz|bz2|zst))?$/;
