import fs from 'node:fs';
import { join } from 'node:path';
import { createStartLedger } from '../../../src/adapters/ledger/create-start-ledger.js';
import { createStateOf } from '../../../src/adapters/ledger/settled.js';
import { startJanitor } from '../../../src/adapters/sandbox/upkeep/janitor.js';
import { countCalls } from '../files/count-calls.js';
import { idOf } from '../trail/ledgers.js';

/** One look of the janitor over so many actions; reports how many calls to the file system stood between two turns of the event loop, at most. */
const [root = '', actions = '', days = '', state = 'finished'] = process.argv.slice(2);
const [workspacesRoot, folder] = [join(root, 'workspaces'), join(root, 'ledger')];
const claim = JSON.stringify({ digest: 'x', by: { pid: 1, startTicks: '1', bootId: 'x' }, at: '' });
for (let number = 0; number < Number(actions); number += 1) {
  const id = idOf(number);
  for (const path of [join(workspacesRoot, id), join(workspacesRoot, `${id}.output`), join(folder, id)])
    fs.mkdirSync(path, { recursive: true });
  fs.writeFileSync(join(folder, id, 'claim.json'), claim);
  // Without a result it was interrupted: whoever claimed it is gone.
  if (state === 'finished')
    fs.writeFileSync(join(folder, id, 'result.json'), JSON.stringify({ state: 'finished', ok: true, host: '', steps: [], problems: [] }));
}

const counting = countCalls();

const now = () => new Date(Date.now() + Number(days) * 86_400_000);
const say = () => undefined;
const ledger = createStartLedger({ folder });
const janitor = startJanitor({
  workspacesRoot,
  retentionDays: 7,
  removes: true,
  stateOf: createStateOf({ ledger, isBusy: () => false, hasEnded: async () => state === 'settled', retentionDays: 7, now }),
  uids: [process.getuid!()],
  log: { info: say, warn: say, error: say },
  now,
});
await janitor.sweep();
await janitor.close();
process.send?.({ ...counting.end(), left: fs.readdirSync(workspacesRoot).length }, () => process.disconnect());
