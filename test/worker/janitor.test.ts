import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import pino from 'pino';
import { createStartLedger } from '../../src/adapters/ledger/create-start-ledger.js';
import { ensurePermitKeys } from '../../src/adapters/permit/create-permits.js';
import { countedPlaces, createGate } from '../../src/activities/hands/gate.js';
import { createEscapement } from '../../src/adapters/host/escapement.js';
import { createSandbox } from '../../src/adapters/sandbox/run/create-sandbox.js';
import { wireHands, wireJanitor } from '../../src/worker/wiring/hands.js';
import { loadFrom } from '../support/vessel/configuration.js';
import { useFolders } from '../support/folders.js';
import { aClaim, aFinish, goneIdentity, idOf } from '../support/trail/ledgers.js';

const folder = useFolders();
/** A tenth of a millisecond: the time that the janitor goes by cannot be set, and all is older than that. */
const days = 1e-9;

async function swept(filesystem: object) {
  const home = folder();
  const agent = {
    vessel_id: 'janus-test',
    sandbox: { policy_path: 'policy.json', root: 'workspaces' },
    security: { filesystem },
    logging: { mission_log: `${home}/mission_log.jsonl` },
  };
  const config = loadFrom(home, { agent: JSON.stringify(agent) });
  const ledger = createStartLedger({ folder: config.paths.ledger, self: goneIdentity() });
  for (const number of [1, 2]) {
    mkdirSync(join(home, 'workspaces', idOf(number)), { recursive: true });
    await ledger.claim(idOf(number), aClaim('digest'));
  }
  await ledger.finish(idOf(1), aFinish());
  const sandbox = createSandbox({ bwrapPath: '/no/such/bwrap', workspacesRoot: config.paths.workspaces, account: 'janus-no-such-account' });
  const escapement = createEscapement({ intervalMilliseconds: 60_000, isStopped: () => false });
  const gate = createGate(countedPlaces(() => 1));
  await ensurePermitKeys(config.paths.keys);
  const { stateOf } = await wireHands(
    config,
    { gate, escapement, driver: { state: undefined, resume: () => undefined } },
    {
      namespace: 'default',
      hasEnded: async () => false,
      sandbox,
    },
  );
  const lines: Record<string, unknown>[] = [];
  const logger = pino({ messageKey: 'summary' }, { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) });
  const janitor = wireJanitor(config, stateOf, logger);
  await janitor.sweep();
  await janitor.close();
  escapement.close();
  return { left: readdirSync(join(home, 'workspaces')), lines: lines.map(({ event_type }) => event_type) };
}

describe('security.filesystem of agent.yaml (spec X2)', () => {
  it('workspace_retention_days: what has ended goes after that, what was interrupted does not; the agent log says so', async () => {
    expect(await swept({ workspace_retention_days: days })).toEqual({ left: [idOf(2)], lines: ['workspace_removed'] });
  });

  it('the default keeps it for seven days', async () => {
    expect((await swept({})).left).toEqual([idOf(1), idOf(2)]);
  });

  it('auto_cleanup_enabled: false keeps all of it', async () => {
    expect(await swept({ workspace_retention_days: days, auto_cleanup_enabled: false })).toEqual({ left: [idOf(1), idOf(2)], lines: [] });
  });
});
