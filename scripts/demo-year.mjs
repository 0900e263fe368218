import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { yearFile, yearLines, yearPicture, yearPictureFile, yearText } from './lib/docs/year.mjs';
import { runJest } from './lib/jest.mjs';
import { rootPath } from './lib/prepare.mjs';
import { main, outAsIs, say, Stop } from './lib/say.mjs';

/** Writes what is not there yet in these words. */
function bring(file, content) {
  const path = join(rootPath, file);
  if (existsSync(path) && readFileSync(path, 'utf8') === content) return;
  writeFileSync(path, content);
  say(`${file} written`);
}

/**
 * `npm run demo:year`: a vessel lives four hundred days, from alpha to omega and back, in a minute or two. Clock, host and hands are the tests'; brain,
 * trail, workflows and signatures are Janus's own. Writes the figures, and their picture in docs/modes.md.
 */
await main(async () => {
  if (process.argv.length > 2) throw new Stop('it takes no options', { next: 'npm run demo:year', code: 2 });
  const folder = mkdtempSync(join(tmpdir(), 'janus-year-'));
  try {
    const file = join(folder, 'year.json');
    const code = await runJest(['--runInBand', '--runTestsByPath', 'test/long/year.test.ts'], { JANUS_YEAR_FILE: file });
    if (code !== 0 || !existsSync(file)) throw new Stop('the year did not come to its end; why stands above', { code: code || 1 });
    const year = JSON.parse(readFileSync(file, 'utf8'));
    bring(yearFile, yearText(year));
    bring(yearPictureFile, yearPicture(year));
    for (const line of yearLines(year)) outAsIs(line);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
