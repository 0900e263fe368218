import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { prepare, root } from './lib/prepare.mjs';
import { main, say, Stop } from './lib/say.mjs';
import { findTemporal } from './lib/temporal-binaries.mjs';

const usage = 'npm run bench -- [--quick] [--only NAME] [--waiting N] [--ab REF] [--json FILE]';
/** A comparison builds the other commit first, on a machine that may be busy. */
const secondsMax = { quick: 180, full: 3_600, ab: 1_800 };

function readOptions(sectionNames) {
  let values;
  try {
    ({ values } = parseArgs({
      options: {
        quick: { type: 'boolean', default: false },
        only: { type: 'string' },
        waiting: { type: 'string' },
        ab: { type: 'string' },
        json: { type: 'string' },
      },
    }));
  } catch (error) {
    throw new Stop(error.message.split('. ')[0], { next: usage, code: 2 });
  }
  const { only, waiting, ab } = values;
  if (ab !== undefined && (only !== undefined || waiting !== undefined))
    throw new Stop('--ab compares whole proposals: neither --only nor --waiting goes with it', { next: usage, code: 2 });
  if (only !== undefined && !sectionNames.includes(only))
    throw new Stop(`there is nothing called ${only} to measure`, { next: `--only ${sectionNames.join('|')}`, code: 2 });
  if (waiting !== undefined && !/^[1-9]\d{0,4}$/.test(waiting))
    throw new Stop(`--waiting ${waiting}: a number from 1 to 99999 is needed`, { next: usage, code: 2 });
  return { ...values, ...(waiting !== undefined && { waiting: Number(waiting) }) };
}

/** Ctrl-C and a bound on everything end what was started, in order. */
function stopSignal(seconds) {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.once(signal, () => stop.abort(new Stop(`ended by ${signal}`, { code: 130 })));
  setTimeout(() => stop.abort(new Stop(`not done after ${seconds} s`, { next: 'npm run bench -- --quick' })), seconds * 1_000).unref();
  return stop.signal;
}

await main(async () => {
  await prepare();
  const { runAb, runBench, sectionNames } = await import('../bench/main.mjs');
  const { renderReport } = await import('../bench/lib/table.mjs');
  const options = readOptions(sectionNames);
  const { path: cli } = await findTemporal(root, 'temporal');
  const start = Date.now();
  const signal = stopSignal(secondsMax[options.ab !== undefined ? 'ab' : options.quick ? 'quick' : 'full']);
  const onProgress = (what) => say(`  ${String(Math.round((Date.now() - start) / 1_000)).padStart(3)} s  ${what}`);
  const run = async () => {
    if (options.ab !== undefined) return runAb({ cli, options, signal, onProgress });
    const report = await runBench({ cli, options, signal, onProgress });
    report.seconds = Math.round((Date.now() - start) / 1_000);
    return { report, text: renderReport(report) };
  };
  const { report, text } = await run();
  process.stdout.write(`\n${text}\n`);
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(report, undefined, 2)}\n`);
});
// Whatever an interrupted measurement still waits for.
process.exit();
