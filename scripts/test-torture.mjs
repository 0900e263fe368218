import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runJest } from './lib/jest.mjs';
import { createProcessNotes } from './lib/leftovers.mjs';
import { main, say, Stop } from './lib/say.mjs';

const usage = 'npm run test:torture -- [--kills 1000] [--seed N] [--minutes 60]';

function readArguments() {
  try {
    const { values } = parseArgs({
      options: { kills: { type: 'string', default: '1000' }, seed: { type: 'string' }, minutes: { type: 'string', default: '60' } },
    });
    const whole = (name, text, max) => {
      if (!/^\d+$/.test(text) || Number(text) < 1 || Number(text) > max)
        throw new Stop(`--${name} ${text}: a whole number from 1 to ${max} is needed`, { next: usage, code: 2 });
      return Number(text);
    };
    const seed = values.seed ?? String(1 + (Date.now() % 1_000_000_000));
    return {
      kills: whole('kills', values.kills, 100_000),
      seed: whole('seed', seed, 4_294_967_295),
      minutes: whole('minutes', values.minutes, 1_440),
    };
  } catch (error) {
    if (error instanceof Stop) throw error;
    throw new Stop(error.message, { next: usage, code: 2 });
  }
}

/**
 * Kills workers and server, as often as it is told, while proposals are made, decided, run and rolled back; the oracle of
 * `test/support/trail/invariants.ts` looks meanwhile and afterwards. What was started is ended by its pid, also after Ctrl-C.
 */
await main(async () => {
  const { kills, seed, minutes } = readArguments();
  const folder = mkdtempSync(join(tmpdir(), 'janus-torture-'));
  const again = `again: npm run test:torture -- --kills ${kills} --seed ${seed}`;
  say(`${kills} kills with seed ${seed}, at most ${minutes} min of them; ${again}`);
  let code = 1;
  try {
    code = await runJest(['--runTestsByPath', 'test/long/torture.test.ts'], {
      JANUS_TORTURE_KILLS: String(kills),
      JANUS_TORTURE_SECONDS: String(60 * minutes),
      JANUS_TORTURE_FOLDER: folder,
      JANUS_TEST_SEED: String(seed),
    });
  } finally {
    await createProcessNotes(folder).endLeftovers();
  }
  if (code === 0 || code === 130) rmSync(folder, { recursive: true, force: true });
  else say(`state, database and ground truth are in ${folder}; ${again}`);
  process.exitCode = code;
});
