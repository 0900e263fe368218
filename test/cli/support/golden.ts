import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from '@jest/globals';

const folder = new URL('../golden/', import.meta.url);

/** Equal to test/cli/golden/NAME.txt, to the letter. JANUS_UPDATE_GOLDEN=1 writes it: read the difference before committing. */
export function expectGolden(name: string, text: string): void {
  const file = fileURLToPath(new URL(`${name}.txt`, folder));
  if (process.env['JANUS_UPDATE_GOLDEN'] === '1') {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  if (!existsSync(file)) throw new Error(`${file} is missing: JANUS_UPDATE_GOLDEN=1 npm run test:unit -- test/cli`);
  expect(text).toBe(readFileSync(file, 'utf8'));
}
