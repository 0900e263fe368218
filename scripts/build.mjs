import { build, checkNode, installPackages } from './lib/prepare.mjs';
import { main } from './lib/say.mjs';

await main(async () => {
  checkNode();
  await installPackages();
  await build();
});
