import { createStartLedger } from '../../../src/adapters/ledger/create-start-ledger.js';
import { aClaim, idOf } from '../trail/ledgers.js';

/** Claims ids `from` to `to` in a ledger and reports the ones it got; then waits until it is told to end, or for ever. */
const [folder = '', from = '0', to = '0'] = process.argv.slice(2);
const ledger = createStartLedger({ folder });
for (let number = Number(from); number < Number(to); number += 1) {
  if (await ledger.claim(idOf(number), aClaim(`digest ${process.pid}`))) await new Promise((resolve) => process.send?.(number, resolve));
}
process.send?.('done');
process.once('message', () => process.disconnect());
