import { openSources } from './context.js';
import { EXIT } from './exit-codes.js';
import { run } from './run.js';
import { calledAs } from './terminal/hints.js';

const interruption = new AbortController();
// The second Ctrl-C is the system's own: it ends the process at once.
process.once('SIGINT', () => interruption.abort());
// `ubos ... | head`: the reader has seen enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? EXIT.ok : EXIT.failure));

const called = calledAs(process.argv[1], process.env, process.cwd());
// Of this call only: a script or a pager that is started from here calls ubos by a name of its own.
delete process.env['JANUS_CALLED_AS'];

const code = await run(
  {
    argv: process.argv.slice(2),
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    cwd: process.cwd(),
    called,
    signal: interruption.signal,
  },
  openSources,
);
// What was given up is still at it, and would keep the process alive.
if (code === EXIT.interrupted || code === EXIT.timeout) process.exit(code);
process.exitCode = code;
