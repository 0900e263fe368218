import { EXIT } from './exit-codes.js';
import { run } from './run.js';
import { wire } from './wire.js';

const interruption = new AbortController();
process.once('SIGINT', () => {
  interruption.abort();
  // What waits for nothing that can be interrupted ends here; nothing has been decided.
  setTimeout(() => process.exit(EXIT.interrupted), 300).unref();
});
// `ubos ... | head`: the reader has seen enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? EXIT.ok : EXIT.failure));

process.exitCode = await run(
  {
    argv: process.argv.slice(2),
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    cwd: process.cwd(),
    signal: interruption.signal,
  },
  wire,
);
