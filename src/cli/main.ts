import { errnoWords } from '../domain/text/errno-words.js';
import { openSources } from './context.js';
import { EXIT } from './exit-codes.js';
import { run } from './run.js';
import { calledAs } from './terminal/hints.js';

const interruption = new AbortController();
// The second Ctrl-C is the system's own: it ends the process at once.
process.once('SIGINT', () => interruption.abort());
const gone = new AbortController();
let unwritten = false;
// `ubos ... | head`: the reader has seen enough, and what the command comes to is its exit code all the same.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  gone.abort();
  if (error.code === 'EPIPE' || unwritten) return;
  unwritten = true;
  process.stderr.write(`ubos: stdout cannot be written: ${errnoWords(error)}\n`);
});
// The error may come after the command has ended. What failed anyhow keeps its own code.
process.once('exit', (code) => {
  if (unwritten && code === EXIT.ok) process.exitCode = EXIT.unwritten;
});
// Words that nobody hears change nothing.
process.stderr.on('error', () => undefined);

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
    gone: gone.signal,
  },
  openSources,
);
// What was given up is still at it, and would keep the process alive.
if (code === EXIT.interrupted || code === EXIT.timeout) process.exit(code);
process.exitCode = code;
