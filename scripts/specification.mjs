import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rootPath } from './lib/prepare.mjs';
import { main, say, Stop } from './lib/say.mjs';
import { compare, readTests, regenerate } from './lib/specification.mjs';

/** Writes the tests column of SPECIFICATION.md from the names of the tests; with --check only says what is wrong. */
await main(async () => {
  const file = join(rootPath, 'SPECIFICATION.md');
  const page = readFileSync(file, 'utf8');
  const { problems, generated } = compare(page, readTests());
  const isCheck = process.argv.includes('--check');
  if (isCheck && generated !== page) problems.push(`the tests column of SPECIFICATION.md is out of date: ${regenerate}`);
  if (!isCheck && generated !== page) {
    writeFileSync(file, generated);
    say('SPECIFICATION.md: tests written');
  }
  if (problems.length > 0) throw new Stop(problems.join('\n'));
});
