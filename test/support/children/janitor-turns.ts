import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { createStartLedger } from '../../../src/adapters/ledger/create-start-ledger.js';
import { createStateOf } from '../../../src/adapters/ledger/settled.js';
import { startJanitor } from '../../../src/adapters/sandbox/upkeep/janitor.js';
import { idOf } from '../trail/ledgers.js';

/** One look of the janitor over so many actions; reports how many calls to the file system stood between two turns of the event loop, at most. */
const [root = '', actions = '', days = ''] = process.argv.slice(2);
const [workspacesRoot, folder] = [join(root, 'workspaces'), join(root, 'ledger')];
const claim = JSON.stringify({ digest: 'x', by: { pid: 1, startTicks: '1', bootId: 'x' }, at: '' });
for (let number = 0; number < Number(actions); number += 1) {
  const id = idOf(number);
  for (const path of [join(workspacesRoot, id), join(workspacesRoot, `${id}.output`), join(folder, id)])
    fs.mkdirSync(path, { recursive: true });
  fs.writeFileSync(join(folder, id, 'claim.json'), claim);
  fs.writeFileSync(join(folder, id, 'result.json'), JSON.stringify({ state: 'finished', ok: true, host: '', steps: [], problems: [] }));
}

let [calls, most, all] = [0, 0, 0];
const patched = fs as unknown as Record<string, (...args: unknown[]) => unknown>;
for (const name of Object.keys(patched).filter((each) => each.endsWith('Sync'))) {
  const original = patched[name]!;
  patched[name] = (...args) => {
    calls += 1;
    return original(...args);
  };
}
syncBuiltinESMExports();
const turn = () => {
  most = Math.max(most, calls);
  all += calls;
  calls = 0;
  turning = setImmediate(turn);
};
let turning = setImmediate(turn);

const now = () => new Date(Date.now() + Number(days) * 86_400_000);
const say = () => undefined;
const ledger = createStartLedger({ folder });
const janitor = startJanitor({
  workspacesRoot,
  retentionDays: 7,
  removes: true,
  stateOf: createStateOf({ ledger, isBusy: () => false, hasEnded: async () => false, retentionDays: 7, now }),
  uids: [process.getuid!()],
  log: { info: say, warn: say, error: say },
  now,
});
await janitor.sweep();
await janitor.close();
clearImmediate(turning);
all += calls;
process.send?.({ most: Math.max(most, calls), all, left: fs.readdirSync(workspacesRoot).length }, () => process.disconnect());
