import { readFileSync, writeFileSync } from 'node:fs';
import { parse, stringify } from 'yaml';

const isSection = (value: unknown): value is object => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Puts a page's part of a configuration file where a reader would: its keys take the place of those of the same section, what else is there stays. */
export function putIn(file: string, part: string): void {
  const document = parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  for (const [key, value] of Object.entries(parse(part) as object)) {
    const before = document[key];
    document[key] = isSection(before) && isSection(value) ? { ...before, ...value } : (value as unknown);
  }
  writeFileSync(file, file.endsWith('.json') ? JSON.stringify(document) : stringify(document));
}
