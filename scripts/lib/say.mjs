import { fold } from './fold.mjs';
import { signals } from './interruption.mjs';
import { endRunning, isEnding } from './run.mjs';

/** What stands in the last line of the terminal and will be written over. */
let moving = '';

const terminal = process.stderr;

function clearMoving() {
  if (moving !== '') terminal.write('\r\u001b[K');
  moving = '';
}

/** Words for the person who typed the command: on stderr, so that stdout stays for data. */
export const say = (text) => {
  clearMoving();
  terminal.write(`${fold(text, terminal.columns)}\n`);
};

/** What the command was typed for, on stdout; nothing more once the script is ending, for what speaks then was given up. */
export const out = (text = '') => outAsIs(fold(text, process.stdout.columns));

/** The same for what others have written: its lines stay as they are. */
export const outAsIs = (text) => {
  if (isEnding()) return;
  clearMoving();
  process.stdout.write(`${text}\n`);
};

/** An expected failure: what is wrong, and what to type next. Ends the script with `code`. */
export class Stop extends Error {
  constructor(message, { next, code = 1, cause } = {}) {
    super(message, { cause });
    this.next = next;
    this.code = code;
  }
}

const seconds = (start) => (Date.now() - start) / 1_000;

/** Says what goes on as soon as it takes longer than a moment, and how long it took: in one line that moves on a terminal, in two lines elsewhere. */
export async function step(what, work) {
  const start = Date.now();
  let announced = false;
  const isTerminal = terminal.isTTY && process.env.TERM !== 'dumb';
  const tick = () => {
    if (isEnding()) return;
    if (isTerminal) {
      clearMoving();
      moving = `  ${what} ... ${Math.round(seconds(start))} s`.slice(0, (terminal.columns ?? 80) - 1);
      terminal.write(moving);
    } else if (!announced) say(`  ${what} ...`);
    announced = true;
  };
  const timer = setInterval(tick, isTerminal ? 1_000 : 2_000);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    clearMoving();
    if (announced && !isEnding()) say(`  ${what}: ${seconds(start).toFixed(1)} s`);
  }
}

/** Ends what `run` has started, then the script, as a shell would: unless the script has an ear of its own for signals. */
function endOnSignals() {
  const stopped = { is: false };
  for (const [name, number] of Object.entries(signals))
    process.on(name, () => {
      // Counted now: an ear for one signal only is gone afterwards.
      if (stopped.is || process.listenerCount(name) > 1) return;
      stopped.is = true;
      say('stopped; whatever it had started is ended');
      void endRunning().then(() => process.exit(128 + number));
    });
  return stopped;
}

/** Runs a script's main function; a `Stop` becomes words and an exit code, anything else keeps its stack. */
export async function main(work) {
  const stopped = endOnSignals();
  try {
    await work();
  } catch (error) {
    if (stopped.is) return;
    if (!(error instanceof Stop)) throw error;
    say(`✗ ${error.message}`);
    if (error.next !== undefined) say(`  next: ${error.next}`);
    process.exitCode = error.code;
  }
}
