import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { Bench } from '../support/bench/bench.js';
import { openBench } from '../support/bench/bench.js';
import { freshKnobs } from '../support/bench/knobs.js';
import { keepRecording, recordingNames } from '../support/replay/corpus.js';
import { paths } from '../support/replay/paths.js';
import { replayBundle } from '../support/replay/replay-bundle.js';

/**
 * Not a test: `npm run histories` runs it to add histories to the corpus. They come from the dev server, which writes down what production's
 * server does (the SDK's flags among it); the time-skipping server leaves that out.
 */
const asked = (process.env['JANUS_RECORD'] ?? '').split(',').filter((name) => name !== '');
const known = new Set(recordingNames());
const wanted = paths.filter(({ name }) => (asked.length === 0 ? !known.has(name) : asked.includes(name)));

let bench: Bench;
let code: string;
beforeAll(async () => {
  code = await replayBundle();
  bench = await openBench({ server: 'dev' });
});
beforeEach(() => void Object.assign(bench.knobs, freshKnobs()));
afterAll(() => bench.close());

it('knows every path that was asked for', () => {
  expect(paths.map(({ name }) => name)).toEqual(expect.arrayContaining(asked));
});

/** A query at the wrong moment makes a history whose clock does not replay exactly (see `Clock`): then the path is walked again. */
const walksMax = 5;

for (const { name, walk, isOpen } of wanted) {
  it(`records ${name}`, async () => {
    for (let walked = 1; ; walked += 1) {
      Object.assign(bench.knobs, freshKnobs());
      const handle = await walk(bench);
      if (isOpen !== true) await handle.result();
      const kept = await keepRecording(code, name, { workflowId: handle.workflowId, history: await handle.fetchHistory() }).catch(
        (error: unknown) => {
          if (walked === walksMax) throw error;
        },
      );
      if (kept !== undefined) break;
    }
  });
}
