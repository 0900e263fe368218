import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { pullStop, readStop, stopFilesOf } from '../../../../src/adapters/controls/stop-mark.js';
import { matchOrderStatement, parseOrder, parseOrderStatement } from '../../../../src/domain/approval/order.js';
import type { Halt } from '../../../../src/domain/trail/standing.js';
import { useFolders } from '../../../support/folders.js';
import { aVessel } from '../../support/fake-vessel.js';
import { printed } from '../../support/printed.js';
import { aConfig, ubos } from '../../support/ubos.js';
import { now } from '../../support/views.js';

const folder = useFolders();
const halt = (id: string): Halt => ({ id, at: '2026-01-02T11:50:00.000Z', by: 'bo', reason: 'smoke', mode: 'now' });
const stop = halt('stop-0123456789ab');
const other = halt('stop-ffffffffffff');
const why = ['--reason', 'all is well', '--by', 'ana'];

describe('ubos resume (spec K1)', () => {
  it('shows what stands, and ends it when its id is typed in full', async () => {
    const vessel = aVessel({ stops: [stop] });
    const keys = [{ on: `Type ${stop.id} to resume`, type: `${stop.id}\r` }];
    const { code, stdout } = await ubos(['resume', ...why], { vessel, keys, columns: 200 });
    expect([code, vessel.ordered]).toEqual([0, [{ kind: 'resume', of: stop.id, reason: 'all is well', by: 'ana' }]]);
    expect(stdout).toContain('stop-0123456789ab  10m ago, by bo: smoke');
    expect(stdout).toContain('There are no keys: it is recorded as unsigned.');
    expect(stdout).toContain('✓ Ended stop-0123456789ab');
  });

  it('shows how many sandboxes the stop ended, as far as that is on record', async () => {
    const leave = [{ on: `Type ${stop.id}`, type: '\r' }];
    const shown = async (ended: object) =>
      (await ubos(['resume', ...why], { vessel: aVessel({ stops: [{ ...stop, ...ended }] }), keys: leave, columns: 200 })).stdout;
    expect(await shown({ ended: 3 })).toContain('Ended by it: 3 sandboxes, with all that ran there.');
    expect(await shown({})).toContain('Ended by it: nothing on record yet.');
  });

  it('asks nothing where there is no terminal: the id stands behind the verb', async () => {
    const vessel = aVessel({ stops: [stop] });
    const unasked = await ubos(['resume', ...why], { vessel, piped: `${stop.id}\n` });
    expect([unasked.code, vessel.ordered]).toEqual([2, []]);
    expect(unasked.stderr).toContain(`ubos resume ${stop.id} --reason`);
    const { code, stdout } = await ubos(['resume', stop.id, ...why, '--json'], { vessel });
    expect(code).toBe(0);
    expect(printed(stdout, 'order')).toMatchObject({ kind: 'resume', of: stop.id, signed: false, standing: { stops: [] } });
  });

  it.each<[string, readonly Halt[], readonly string[], number, RegExp]>([
    ['nothing stands', [], [], 5, /neither a stop nor a pause stands/],
    ['nothing stands of that name', [], [stop.id], 5, /neither a stop nor a pause stands, "stop-0123456789ab" neither/],
    ['another one stands', [other], [stop.id], 5, /"stop-0123456789ab" does not stand; what stands is stop-ffffffffffff/],
    ['a part of the id', [stop], ['stop-0123'], 5, /does not stand/],
    ['several stand', [stop, other], [], 2, /2 of them stand, and each is ended by its own name/],
    ['a word too many', [stop], [stop.id, 'now'], 2, /one word too many/],
  ])('ends nothing: %s', async (_, stops, line, code, words) => {
    const vessel = aVessel({ stops });
    const played = await ubos(['resume', ...line, ...why], { vessel, columns: 400 });
    expect([played.code, vessel.ordered]).toEqual([code, []]);
    expect(played.stderr).toMatch(words);
  });

  it('says what still stands, and what hands could not do', async () => {
    const stands = await ubos(['resume', stop.id, ...why], { vessel: aVessel({ stops: [stop, other] }), columns: 200 });
    expect([stands.code, stands.stderr]).toEqual([0, '  Still: stop-ffffffffffff  10m ago, by bo: smoke\n']);
    const hands = { seq: 1, cleared: [], problem: 'EMERGENCY_STOP cannot be removed (EACCES): ls -ld' };
    const kept = await ubos(['resume', stop.id, ...why], { vessel: aVessel({ stops: [stop] }, { hands }), columns: 200 });
    expect(kept.code).toBe(9);
    expect(kept.stderr).toContain('EMERGENCY_STOP cannot be removed (EACCES)');
    const late = await ubos(['resume', stop.id, ...why], { vessel: aVessel({ stops: [stop] }, { hands: undefined } as never) });
    expect(late.stderr).toContain('The hands have not answered yet');
  });

  it('takes a mark away that was left behind, though its stop is on record as ended', async () => {
    const home = folder();
    const config = aConfig({}, home);
    await pullStop(stopFilesOf(config.paths), { by: 'bo', reason: 'smoke' });
    const { id = '' } = (await readStop(stopFilesOf(config.paths))) ?? {};
    const ended = { accepted: false, code: 'ALREADY_RESUMED', message: `${id} was ended by bo` };
    const vessel = aVessel({}, { ...ended, hands: { seq: 2, cleared: [id] } });
    expect(await ubos(['resume', id, ...why], { vessel, config })).toMatchObject({ code: 0, stdout: `✓ Ended ${id}\n` });
    const kept = await ubos(['resume', id, ...why], { vessel: aVessel({}, { ...ended, hands: { seq: 2, cleared: [] } }), config });
    expect(kept.code).toBe(5);
  });

  it('counted and not enough: others have to order the same', async () => {
    const vessel = aVessel({ stops: [stop] }, { code: 'AWAITS_OTHERS', message: 'trinity 1 of 2', hands: undefined } as never);
    const { code, stdout } = await ubos(['resume', stop.id, ...why], { vessel, columns: 200 });
    expect([code, stdout]).toEqual([0, '✓ Counted, and not enough: trinity 1 of 2. Others have to order the same.\n']);
  });

  it('is signed with the key of whoever types, over the id that was named (spec A3)', async () => {
    const home = folder();
    mkdirSync(join(home, 'janus', 'keys'), { recursive: true });
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', join(home, 'janus', 'keys', 'ana')]);
    const vessel = aVessel({ stops: [stop], signed: { resume: true, controls: true } });
    const { code } = await ubos(['resume', stop.id, ...why], { vessel, env: { XDG_CONFIG_HOME: home } });
    expect(code).toBe(0);
    const order = parseOrder(JSON.parse(JSON.stringify(vessel.ordered[0])));
    const statement = parseOrderStatement('malformed' in order ? '' : order.statement);
    if ('malformed' in order || 'malformed' in statement) throw new Error('not signed');
    expect(matchOrderStatement(statement, { vessel: 'janus-test', namespace: 'default', order, now: now.getTime() })).toBeUndefined();
    expect(order.signature).toContain('BEGIN SSH SIGNATURE');
  });
});
