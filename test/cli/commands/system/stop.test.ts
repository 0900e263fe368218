import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { openGuardPage } from '../../../../src/adapters/controls/guard-page.js';
import { useFolders } from '../../../support/folders.js';
import { until } from '../../../support/until.js';
import { printed } from '../../support/printed.js';
import { aConfig, ubos } from '../../support/ubos.js';

const folder = useFolders();
const why = ['--reason', 'smoke', '--by', 'ana'];

function aVesselAt(home = folder()) {
  const session = { config: aConfig({}, home), columns: 200 };
  const file = join(home, 'EMERGENCY_STOP');
  const mark = () => JSON.parse(readFileSync(join(home, 'controls', 'stop.json'), 'utf8')) as Record<string, string>;
  const stop = (...line: string[]) => ubos(['stop', ...line, ...why], session);
  return { home, session, file, mark, stop };
}

describe('ubos stop (spec K1)', () => {
  it('pulls the switch without server, worker or key, and says where nobody ends what runs', async () => {
    const { file, mark, stop } = aVesselAt();
    const { code, stdout, stderr } = await stop();
    expect(existsSync(file)).toBe(true);
    expect(mark()).toMatchObject({ by: 'ana', reason: 'smoke', mode: 'now' });
    expect(stdout).toBe(`✓ Stopped: ${mark()['id']}\n`);
    expect(stderr).toContain(`ubos resume ${mark()['id']} --reason`);
    expect(stderr).toContain('No guard runs here');
    expect(code).toBe(9);
  });

  it('a second one is the same stop; a drain lets end what runs, and --now hardens it', async () => {
    const { mark, stop, file } = aVesselAt();
    const drained = await stop('--drain');
    expect([drained.code, existsSync(file)]).toEqual([0, false]);
    expect(drained.stderr).toContain('What runs may end by itself');
    const { id } = mark();
    await stop('--now');
    expect(mark()).toMatchObject({ id, mode: 'now' });
    expect(existsSync(file)).toBe(true);
  });

  it('waits until the guard says that nothing is alive, and how many there were', async () => {
    const { home, mark, session } = aVesselAt();
    const page = openGuardPage(join(home, 'controls'));
    page.write(undefined);
    const stopping = ubos(['stop', ...why, '--json'], session);
    const { id = '' } = await until('the mark', () => mark());
    page.write({ stop: id, sandboxes: 3 });
    page.write({ stop: id, sandboxes: 3, milliseconds: 41 });
    const { code, stdout } = await stopping;
    expect(code).toBe(0);
    expect(printed(stdout, 'stop')).toMatchObject({ id, guard: 'alive', sandboxes: 3, milliseconds: 41, mode: 'now', by: 'ana' });
  });

  it('a drain on top of a stop that ends what runs changes nothing, and says what the guard says', async () => {
    const { home, mark, session, stop } = aVesselAt();
    const page = openGuardPage(join(home, 'controls'));
    await stop('--now');
    page.write({ stop: mark()['id'] ?? '', sandboxes: 1, milliseconds: 12 });
    const { code, stdout } = await ubos(['stop', '--drain', ...why, '--json'], session);
    expect([code, printed(stdout, 'stop')]).toMatchObject([0, { mode: 'now', guard: 'alive', sandboxes: 1 }]);
  });

  it.each<[string, readonly string[], RegExp]>([
    ['no reason', ['stop'], /--reason is required/],
    ['both ways', ['stop', '--now', '--drain', ...why], /one of them/],
    ['a word too many', ['stop', 'everything', ...why], /one word too many/],
    ['another vessel', ['stop', '--vessel', 'janus-other', ...why], /on its own host/],
  ])('pulls nothing: %s', async (_, line, words) => {
    const { session, file } = aVesselAt();
    const { code, stderr } = await ubos(line, session);
    expect([code, existsSync(file)]).toEqual([2, false]);
    expect(stderr).toMatch(words);
  });

  it('says so where nothing could be written that stops', async () => {
    const home = join(folder(), 'home');
    writeFileSync(home, '');
    const { code, stderr } = await aVesselAt(home).stop();
    expect(code).toBe(4);
    expect(stderr).toContain('touch ');
  });

  it('the file alone is enough, where no mark can be made', async () => {
    const { home, file, stop } = aVesselAt();
    writeFileSync(join(home, 'controls'), '');
    await stop();
    expect(existsSync(file)).toBe(true);
    expect(() => mkdirSync(join(home, 'controls'))).toThrow();
  });
});
