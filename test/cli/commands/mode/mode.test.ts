import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import stringWidth from 'string-width';
import { EXIT } from '../../../../src/cli/exit-codes.js';
import type { JanusConfig } from '../../../../src/config/config.js';
import { useFolders } from '../../../support/folders.js';
import { dayOne, isoOf, trinity, wordAt } from '../../../support/modes/trails.js';
import { writtenLife } from '../../../support/modes/written-life.js';
import type { BuiltTrail } from '../../../support/trail/built-trail.js';
import { expectGolden } from '../../support/golden.js';
import { printed } from '../../support/printed.js';
import type { Session } from '../../support/ubos.js';
import { aConfig, ubos } from '../../support/ubos.js';

const folder = useFolders();
const moment = isoOf(dayOne + 31 * 86_400_000);

function modeIn(trail: BuiltTrail, change: Partial<JanusConfig> = {}) {
  const home = folder();
  trail.write(home);
  const config = aConfig(change, home);
  return (line: string, session: Session = {}) => ubos(`mode ${line}`, { config, cwd: home, ...session });
}

const ready = () => writtenLife(30, { approved: 60, rejected: 1 });

describe('ubos mode (spec T7)', () => {
  it.each([40, 80])('for people at %i columns', async (columns) => {
    const mode = modeIn(writtenLife(20, { approved: 30, rejected: 3 }));
    for (const verb of ['show', 'check', 'explain']) {
      const { code, stdout } = await mode(`${verb}${verb === 'explain' ? '' : ` --at ${moment}`}`, { columns });
      expectGolden(`mode/${verb}.${columns}`, stdout);
      expect(code).toBe(EXIT.ok);
      expect(stdout.split('\n').filter((line) => stringWidth(line) > columns)).toEqual([]);
    }
  });

  it('says with numbers what the next mode needs, and that it is ready', async () => {
    const { stdout } = await modeIn(ready())(`check --json --at ${moment}`);
    expect(printed(stdout, 'mode')).toMatchObject({
      ...{ mode: 'alpha', earned: 'alpha', ceiling: 'alpha', next: 'beta', ready: true, unearned: [] },
      figures: { lived_seconds: 30 * 86_400, month: { approved: 60, rejected: 1 } },
    });
  });

  it('comes to the same from the files alone, in another folder and without a configuration', async () => {
    const trail = ready();
    const away = folder();
    trail.write(away);
    const here = JSON.parse((await modeIn(trail)(`check --json --at ${moment}`)).stdout) as object;
    const config = () => Promise.reject(new Error('nobody reads a configuration here'));
    const there = await ubos(`mode check --json --trail ${away} --at ${moment}`, { cwd: folder(), config } as never);
    expect({ ...(JSON.parse(there.stdout) as object), ceiling: 'alpha', signed_words: expect.objectContaining({ count: 0 }) }).toEqual(
      here,
    );
  });

  it('a step up that somebody only wrote is named, counts for nothing, and fails', async () => {
    const trail = writtenLife(3, { approved: 9, rejected: 0 });
    trail.add('mission_log', { timestamp: moment, mode_id: 'mode-forged', from: 'alpha', to: 'omega', orders: [] }, 'mode_change');
    const mode = modeIn(trail);
    const { code, stdout } = await mode(`check --at ${moment}`);
    expect({ code, stdout }).toMatchObject({ code: EXIT.failure, stdout: expect.stringContaining('mode-forged') });
    expect(JSON.parse((await mode(`show --json --at ${moment}`)).stdout)).toMatchObject({ mode: 'alpha', recorded: 'omega' });
  });

  it('where the list of keys is gone, nothing that rests on signed words counts here, as for the brain; and it says why', async () => {
    const trail = writtenLife(30, { approved: 60, rejected: 0 });
    const [mission, proposals] = (['mission_log', 'proposals'] as const).map((log) => ({ seq: trail.leavesOf(log).length - 1, prev: 'x' }));
    const orders = [wordAt(Date.parse(moment), { kind: 'authorise', by: 'ana', of: 'mode-initial', mode: 'beta' })];
    const rests_on = { mission_log: mission, proposals };
    const change = { mode_id: 'mode-1', from: 'alpha', to: 'beta', rule: 'authorised', orders, rests_on, ...trinity };
    trail.add('mission_log', { timestamp: moment, ...change }, 'mode_change');
    const shown = await modeIn(trail, { operationalMode: 'beta' })(`show --at ${moment}`);
    expect(shown.stdout).toMatch(/mode +alpha/);
    expect(shown.stdout).toContain('authorise of ana, about mode-initial: there is no list of keys');
    const home = folder();
    trail.write(home);
    const elsewhere = await ubos(`mode show --trail ${home} --at ${moment}`, { cwd: home });
    expect(elsewhere.stdout).toMatch(/mode +beta/);
  });

  it.each([
    ['a trail that is not there', 'check --trail nowhere', EXIT.notFound],
    ['a moment that is none', 'check --at yesterday', EXIT.usage],
    ['a word too many', 'show beta', EXIT.usage],
  ])('%s is said, with what to do', async (_, line, code) => {
    const played = await modeIn(ready())(line);
    expect(played).toMatchObject({ code, stdout: '' });
    expect(played.stderr).not.toBe('');
  });

  it('a trail with a hole is no ground for a verdict', async () => {
    const home = folder();
    const trail = ready();
    trail.write(home);
    const lines = (trail.files().get('mission_log.jsonl') as Buffer).toString().split('\n');
    writeFileSync(join(home, 'mission_log.jsonl'), [...lines.slice(0, 5), ...lines.slice(6)].join('\n'));
    const { code, stderr } = await ubos('mode check', { config: aConfig({}, home), cwd: home });
    expect({ code, stderr }).toMatchObject({ code: EXIT.failure, stderr: expect.stringContaining('not whole') });
  });
});
