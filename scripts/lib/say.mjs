/** Words for the person who typed the command: on stderr, so that stdout stays for data. */
export const say = (text) => process.stderr.write(`${text}\n`);

/** An expected failure: what is wrong, and what to type next. Ends the script with `code`. */
export class Stop extends Error {
  constructor(message, { next, code = 1 } = {}) {
    super(message);
    this.next = next;
    this.code = code;
  }
}

/** Says what goes on as soon as it takes longer than two seconds, and how long it took. */
export async function step(what, work) {
  const start = Date.now();
  let announced = false;
  const timer = setInterval(() => {
    announced = true;
    say(`  ${what} ... ${Math.round((Date.now() - start) / 1_000)} s`);
  }, 2_000);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    if (announced) say(`  ${what}: ${((Date.now() - start) / 1_000).toFixed(1)} s`);
  }
}

/** Runs a script's main function; a `Stop` becomes words and an exit code, anything else keeps its stack. */
export async function main(work) {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    say(`✗ ${error.message}`);
    if (error.next !== undefined) say(`  next: ${error.next}`);
    process.exitCode = error.code;
  }
}
