import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from '@jest/globals';

const folder = new URL('../golden/', import.meta.url);

/** Equal to test/cli/golden/NAME.txt, to the letter. `npm run golden` writes it: read the difference before committing. */
export function expectGolden(name: string, text: string): void {
  const file = fileURLToPath(new URL(`${name}.txt`, folder));
  if (process.env['JANUS_UPDATE_GOLDEN'] === '1') {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  if (!existsSync(file)) throw new Error(`${file} is missing: npm run golden`);
  try {
    expect(text).toBe(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`${(error as Error).message}\n\nWhere that is meant: npm run golden`, { cause: error });
  }
}
