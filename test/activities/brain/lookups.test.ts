import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { signSchedule } from '../../../src/activities/shared/own-word.js';
import { vouched } from '../../../src/activities/shared/vouched.js';
import { createVouchers, ensurePermitKeys } from '../../../src/adapters/permit/create-permits.js';
import type { ScheduledIdentity } from '../../../src/contract/activities.js';
import type { Gathered, Vouched } from '../../../src/contract/cycle.js';
import type { LookedUp } from '../../../src/contract/lookups.js';
import { lookupTicketText } from '../../../src/domain/approval/own-word.js';
import type { Wanted } from '../../../src/domain/oracles/wanted.js';
import { useFolders } from '../../support/folders.js';
import { closeTrails, recordsIn } from '../../support/trail/trails.js';
import type { BrainBench } from '../../support/vessel/brains.js';
import { openBrain } from '../../support/vessel/brains.js';
import { aMind } from '../../support/vessel/minds.js';

const folder = useFolders();
afterEach(closeTrails);

const moon: Wanted = { oracle: 'wolfram', query: 'distance from the earth to the moon', missionId: 'tidy' };
const people: Wanted = { oracle: 'datacommons', query: 'Count_Person country/USA', missionId: 'tidy' };

let brain: BrainBench;
let made: ReturnType<typeof aMind>;
let vouchers: ReturnType<typeof createVouchers>;
let thinking: { autonomous: boolean };

beforeEach(async () => {
  const here = folder();
  vouchers = createVouchers(await ensurePermitKeys(join(here, 'keys')));
  thinking = { autonomous: true };
  brain = openBrain(here, { approvals: { vouchers }, orders: { vouch: (text) => vouchers.vouch(text) }, thinking });
  made = aMind(here, vouchers);
});

const records = () => {
  const file = brain.file.replace('proposals', 'mission_log');
  return existsSync(file) ? recordsIn(file) : [];
};

interface Said extends ScheduledIdentity {
  readonly gathered: Vouched<Gathered>;
}

/** What one cycle wants to know. */
async function aRequest(change: Partial<Gathered> = {}, run = 'r1'): Promise<Said> {
  const identity = { workflowId: 'janus-test-thinking-cycle-2026-01-02T03:00:00Z', firstRunId: run };
  const { found } = await made.mind.gather({ run: identity });
  const start = { workflowType: 'thinkingCycleWorkflow', workflowId: 'janus-test-thinking-cycle', args: { vessel: 'janus-test' } };
  const input = { vessel: 'janus-test', voucher: signSchedule(made.own, start) };
  return { identity, input, gathered: vouched(made.own, identity, 'gathered', { ...found, lookups: [moon, people], ...change }) };
}

describe('issueLookups (spec T8)', () => {
  it('writes down each lookup before it gives its ticket, once, and gives the same ones again', async () => {
    const request = await aRequest();
    const issued = await brain.issueLookups(request);
    expect(await brain.issueLookups(request)).toEqual(issued);
    expect(records().map(({ id, event_type: type, oracle, by }) => [id, type, oracle, by])).toEqual([
      ['cycle/r1/oracle/0', 'oracle_asked', 'wolfram', 'mission tidy'],
      ['cycle/r1/oracle/1', 'oracle_asked', 'datacommons', 'mission tidy'],
    ]);
    if (issued.kind !== 'lookups') throw new TypeError('no tickets');
    expect(issued.tickets.map(({ query }) => query)).toEqual([moon.query, people.query]);
    for (const { signature, ...said } of issued.tickets)
      expect(vouchers.isOwn(lookupTicketText(made.own.self, request.identity, said), signature)).toBe(true);
  });

  it.each<[string, string, (request: Said) => Said | Promise<Said>]>([
    ['no Schedule started it', 'no Schedule', (request) => ({ ...request, input: { vessel: 'janus-test' } })],
    ['somebody else gathered', 'did not sign', (request) => ({ ...request, gathered: { ...request.gathered, signature: '' } })],
    ['a stop stands', 'stop-1', (request) => ((brain.circumstances.emergency = 'stop-1'), request)],
    ['proposals of a model are switched off', 'enable_autonomous_proposals', (request) => ((thinking.autonomous = false), request)],
    ['it holds a key', 'looks like a key', () => aRequest({ lookups: [{ ...moon, query: 'AKIAJANUSCANARY00000' }] })],
  ])('gives none where %s, and writes nothing', async (_, why, change) => {
    const issued = await brain.issueLookups(await change(await aRequest()));
    expect(issued).toMatchObject({ kind: 'lookups', tickets: [], refused: expect.anything() });
    expect(issued.kind === 'lookups' ? issued.refused[0]?.why : '').toContain(why);
    expect(records()).toEqual([]);
  });

  it('counts the lookups of a day by what is on record, and those of a cycle', async () => {
    const kinds: string[] = [];
    for (const run of ['a', 'b', 'c', 'd']) {
      const issued = await brain.issueLookups(await aRequest({ lookups: [moon] }, run));
      if (issued.kind === 'lookups') kinds.push(issued.refused[0]?.why ?? 'ticket');
    }
    expect(kinds).toEqual(['ticket', 'ticket', 'ticket', 'wolfram was asked 3 times within a day, as often as is allowed']);
    const many = Array.from({ length: 5 }, (_, index) => ({ ...people, query: `Count_Person country/${index}` }));
    const issued = await brain.issueLookups(await aRequest({ lookups: many }, 'e'));
    expect(issued).toMatchObject({ refused: [{ query: 'Count_Person country/4', why: expect.stringContaining('one cycle') }] });
  });
});

describe('recordLookups (spec T8)', () => {
  const answered = (id: string): LookedUp => ({
    id,
    answer: {
      ...{ kind: 'answered', oracle: 'wolfram', query: moon.query, at: '2026-01-02T03:04:05.000Z', isCached: false, milliseconds: 3 },
      result: { kind: 'number', text: '384400 km', value: 384_400, unit: 'km' },
      connections: [{ host: 'api.wolframalpha.com', port: 443, tx: 1, rx: 2, ms: 3, verdict: 'allowed' }],
    },
  });

  it('writes down what came of each, with its connections, and nothing that this vessel did not sign', async () => {
    const request = await aRequest({ lookedUp: [answered('cycle/r1/oracle/0'), answered('cycle/other/oracle/0')] });
    await brain.recordLookups(request);
    await brain.recordLookups(request);
    expect(records().map(({ id, outcome, text, connections }) => [id, outcome, text, connections])).toEqual([
      [
        'cycle/r1/oracle/0/answer',
        'answered',
        '384400 km',
        [expect.objectContaining({ host: 'api.wolframalpha.com', verdict: 'allowed' })],
      ],
    ]);
    const forged = { ...request, gathered: { ...request.gathered, signature: '' } };
    expect(await brain.recordLookups(forged)).toMatchObject({ kind: 'refused' });
  });
});
