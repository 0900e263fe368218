import { statSync } from 'node:fs';
import { basename } from 'node:path';

/** More than half a minute each: none of them may be the last to start. */
const longest = [
  'torture.test.ts',
  'kill-worker.slow.test.ts',
  'two-workers.slow.test.ts',
  'flood.test.ts',
  'old-backup.slow.test.ts',
  'health.slow.test.ts',
];
/** So much of the list holds all the suites that wait; a rest of short ones fills the processors up at the end. */
const share = 0.8;

const isWaiting = ({ path }) => path.includes('/test/e2e/');
const rank = ({ path }) => {
  const at = longest.indexOf(basename(path));
  return at < 0 ? longest.length : at;
};
const sizes = new Map();
const sizeOf = ({ path }) => {
  if (!sizes.has(path)) sizes.set(path, statSync(path).size);
  return sizes.get(path);
};

/**
 * The order of the suites, for jest. Those that wait for servers and workers are dealt out among those that compute, so that all processors have
 * work at any time. A clean clone knows no durations, so the order needs none.
 */
export default class TestOrder {
  sort(tests) {
    const waiting = tests.filter(isWaiting).sort((one, other) => rank(one) - rank(other) || sizeOf(other) - sizeOf(one));
    const order = tests.filter((test) => !isWaiting(test)).sort((one, other) => sizeOf(other) - sizeOf(one));
    const distance = (share * order.length) / Math.max(1, waiting.length);
    for (const [index, test] of waiting.entries()) order.splice(index + Math.round(index * distance), 0, test);
    return order;
  }

  allFailedTests(tests) {
    return this.sort(tests);
  }

  cacheResults() {}
}
