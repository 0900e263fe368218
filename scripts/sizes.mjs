import { rootPath } from './lib/prepare.mjs';
import { main, Stop } from './lib/say.mjs';
import { readSizes, tooLarge } from './lib/sizes.mjs';

/** Says which folders and files have grown too large to be found and read (CONTRIBUTING.md). */
await main(async () => {
  const problems = tooLarge(readSizes(rootPath));
  if (problems.length > 0) throw new Stop(problems.join('\n'));
});
