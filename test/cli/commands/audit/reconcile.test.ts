import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { EXIT } from '../../../../src/cli/exit-codes.js';
import { useFolders } from '../../../support/folders.js';
import type { Fields, World } from '../../../support/trail/reconciled.js';
import { buildWorld, chained, historiesOf, idOf, lives, writeLog } from '../../../support/trail/reconciled.js';
import { printed } from '../../support/printed.js';
import { aConfig, ubos } from '../../support/ubos.js';

const folder = useFolders();

describe('ubos audit reconcile (spec L3)', () => {
  const session = (world: World, records = world.records) => {
    const home = folder();
    writeLog(home, chained(records));
    return { config: aConfig({}, home), histories: historiesOf(world.runs) };
  };

  it('exit 0 and one line where they agree, and an object of its schema', async () => {
    const world = buildWorld([...lives]);
    const { code, stdout } = await ubos('audit reconcile', session(world));
    expect([code, stdout]).toEqual([
      EXIT.ok,
      expect.stringMatching(
        /^✓ log and histories agree: 8 proposals, 8 histories, no start ledger that this account can read, \d+\s+lines/,
      ),
    ]);
    const json = await ubos('audit reconcile --since 2026-01-01 --json', session(world));
    expect([json.code, json.stderr]).toEqual([EXIT.ok, '']);
    printed(json.stdout, 'audit-reconciliation');
  });

  it('exit 1, file, line, ids and reason where they do not', async () => {
    const world = buildWorld(['rejected']);
    const differs = session(world, world.records.slice(0, 1));
    const { code, stdout } = await ubos('audit reconcile', { ...differs, columns: 200 });
    expect(code).toBe(EXIT.failure);
    expect(stdout).toContain(
      `${idOf(0)}: the history says that the end was recorded (record 1); the log has no such line (missing_in_log)`,
    );
    const json = printed((await ubos('audit reconcile --json', differs)).stdout, 'audit-reconciliation') as {
      alarms: Fields[];
      counts: Fields;
    };
    expect(json.alarms[0]).toMatchObject({ kind: 'missing_in_log', run_id: `run-${idOf(0)}`, proposal_id: idOf(0), file: null });
    expect(json.counts).toMatchObject({ missing_in_log: 1, altered: 0 });
  });

  it('shows hostile ids and names, and lets the terminal obey none', async () => {
    const hostile = 'janus-\u001b[2J\u202e';
    const world = buildWorld(['rejected']);
    const line = { ...world.records[0], action_id: hostile, id: `${hostile}/review`, event_type: '\u001b]0;x\u0007' };
    const { code, stdout } = await ubos('audit reconcile', session(world, [...world.records, line]));
    expect(code).toBe(EXIT.failure);
    expect(stdout).toContain('⟦U+001B⟧[2J⟦U+202E⟧');
    // oxlint-disable-next-line no-control-regex
    expect(stdout).not.toMatch(/[\u001b\u0007\u202e]/);
  });

  it('exit 3 where there is no log, 2 for a moment that is none', async () => {
    expect((await ubos('audit reconcile', { config: aConfig({}, join(folder(), 'none')) })).code).toBe(EXIT.notFound);
    expect((await ubos('audit reconcile --since yesterday', session(buildWorld(['refused'])))).code).toBe(EXIT.usage);
  });
});
