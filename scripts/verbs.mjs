import { printedSchemas } from './lib/printed-schemas.mjs';
import { main, Stop } from './lib/say.mjs';
import { missingSteps, readVerbs } from './lib/verbs.mjs';

/** Says what a verb of `ubos` still lacks: its row, its test, what is generated. */
await main(async () => {
  const missing = missingSteps({ ...readVerbs(), printed: await printedSchemas() });
  if (missing.length > 0) throw new Stop(missing.join('\n'), { next: 'CONTRIBUTING.md, "Add a `ubos` command"' });
});
