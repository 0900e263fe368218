import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import pino from 'pino';
import { ensureHeadKeys } from '../../../../src/adapters/audit/heads/head-keys.js';
import { createHeadStore } from '../../../../src/adapters/audit/heads/head-store.js';
import { keepHeads } from '../../../../src/adapters/audit/heads/keep-heads.js';
import { createWitness } from '../../../../src/adapters/audit/heads/witness.js';
import { askForHeads, nextHead } from '../../../../src/cli/commands/audit/ask-for-heads.js';
import { EXIT } from '../../../../src/cli/exit-codes.js';
import { printed } from '../../support/printed.js';
import { pathsIn } from '../../../support/trail/built-trail.js';
import { useFolders } from '../../../support/folders.js';
import { anEntry, closeTrails, openTrail } from '../../../support/trail/trails.js';
import { now, aView } from '../../support/views.js';
import { aConfig, ubos } from '../../support/ubos.js';

const folder = useFolders();
afterEach(closeTrails);
const id = aView().proposalId;
const fresh = { log: 'proposals', seq: 0, timestamp: now.toISOString() } as const;
const context = { now: () => now, signal: new AbortController().signal };

/** The witness as the worker runs it, which signs of itself only every hour. */
async function withWitness<T>(home: string, work: () => Promise<T>): Promise<T> {
  const files = pathsIn(home);
  const keys = await ensureHeadKeys(join(home, 'heads.key'), join(home, 'heads'), 'janus-in-test');
  const witness = createWitness({
    files,
    vesselId: 'janus-in-test',
    keys,
    store: createHeadStore(join(home, 'heads'), undefined, keys.key),
  });
  const stopping = new AbortController();
  const kept = { witness, files, intervalSeconds: 3_600, logger: pino({ level: 'silent' }), publish: () => undefined };
  const running = keepHeads(kept, stopping.signal);
  try {
    return await work();
  } finally {
    stopping.abort();
    await running;
  }
}

describe('ubos audit prove --now (spec L3)', () => {
  it('proves a record that no head covered: the witness signs, and nobody else has the key', async () => {
    const home = folder();
    const { trail } = openTrail(home, { clock: () => now });
    const prove = (more = '') => ubos(`audit prove ${id}${more}`, { config: aConfig({}, home), cwd: home, columns: 200 });
    await withWitness(home, async () => {
      await trail.append('proposals', anEntry('a'));
      const without = await prove();
      expect([without.code, without.stderr]).toEqual([
        EXIT.failure,
        expect.stringMatching(/the next head comes by 2026-01-02T12:05:00.000Z\n.*ubos audit prove janus-0123456789ab --now\n/),
      ]);
      const { code, stdout, stderr } = await prove(' --now');
      expect([code, stderr]).toEqual([EXIT.ok, '']);
      expect(printed(stdout, 'audit-proof')).toMatchObject({ uncovered: 0, proofs: [{ log: 'proposals' }] });
    });
  });

  it('says that no head came, where there is no witness', async () => {
    const home = folder();
    await openTrail(home).trail.append('proposals', anEntry('a'));
    await expect(askForHeads([fresh], aConfig({}, home), context, 20)).rejects.toMatchObject({
      code: 'TIMEOUT',
      message: expect.stringContaining('signed no head within 0.02 s'),
      next: expect.stringContaining('janus-witness'),
    });
  });

  it('closes nothing where it may not write', async () => {
    const home = folder();
    // What nobody can write to, whoever runs the test: it is not there.
    await expect(askForHeads([fresh], aConfig({}, home), context, 20)).rejects.toMatchObject({ code: 'NOT_PERMITTED' });
    expect(readdirSync(home)).toEqual([]);
  });

  it('names the moment, and what is wrong once it is over', () => {
    const said = (seconds: number) => nextHead([fresh], id, aConfig(), new Date(now.getTime() + seconds * 1_000));
    expect(said(300)).toContain('the next head comes by');
    expect(said(311)).toContain('does the witness run?');
  });
});
