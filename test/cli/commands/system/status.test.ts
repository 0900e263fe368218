import { describe, expect, it } from '@jest/globals';
import { aConfig, ubos } from '../../support/ubos.js';
import { buildTrail } from '../../../support/trail/built-trail.js';
import { useFolders } from '../../../support/folders.js';

const aPlace = useFolders();

const approval = (risk: string, seconds: readonly (number | null)[]) => ({
  risk_level: risk,
  approved_by: seconds.map((_, index) => `p${index}`),
  considered_seconds: seconds,
});

/** A machine whose trail holds these approvals, and nothing else. */
async function status(flags: string, approvals: readonly ReturnType<typeof approval>[]): Promise<string> {
  const trail = buildTrail();
  for (const each of approvals) trail.add('proposals', each, 'action_approved');
  const home = aPlace();
  trail.write(home);
  return (await ubos(`status ${flags}`, { config: aConfig({}, home), columns: 200 })).stdout;
}

describe('ubos status says how people decide', () => {
  const quick = Array.from({ length: 3 }, () => approval('medium', [1]));

  it('by risk: how many, how long half of them took, and whether a look has become a reflex', async () => {
    const text = await status('', [approval('low', [1]), approval('medium', [40, null]), ...quick, approval('high', [null])]);
    expect(text).toContain('low risk: 1 decided, half of them looked at for 1 s or less\n');
    expect(text).toContain(
      'medium risk: 5 decided, half of the 4 that were measured looked at for 1 s or less; 3 of the last 4 took less than 3 s',
    );
    expect(text).toContain('high risk: 1 decided, nobody measured for how long they were looked at\n');
  });

  it('and in JSON', async () => {
    const { review } = JSON.parse(await status('--json', [approval('medium', [40, null])])) as { review: unknown };
    expect(review).toEqual({ medium: { decisions: 2, measured: 1, median_seconds: 40, hasty: 0 } });
  });

  it('nothing where nobody decided, and null where there is no trail to read', async () => {
    expect(await status('', [])).not.toContain('review');
    const { stdout } = await ubos('status --json', {});
    expect((JSON.parse(stdout) as { review: unknown }).review).toBeNull();
  });
});

describe('ubos status says in which mode the vessel is (spec T7)', () => {
  const pause = { pause: 'pause-0011', reason: '3 failed', by: 'janus' };
  const words = async (ceiling: string, ...records: readonly (readonly [string, object])[]) => {
    const trail = buildTrail();
    for (const [type, data] of records) trail.add('mission_log', data, type);
    const home = aPlace();
    trail.write(home);
    const config = { ...aConfig({}, home), operationalMode: ceiling as 'omega' };
    const [text, json] = [await ubos('status', { config, columns: 200 }), await ubos('status --json', { config })];
    return { text: text.stdout, json: JSON.parse(json.stdout) as object };
  };

  it.each<[string, string, readonly (readonly [string, object])[], string, string]>([
    [
      'as it was recorded last',
      'omega',
      [
        ['mode_change', { to: 'alpha' }],
        ['mode_checkpoint', { mode: 'beta' }],
      ],
      'BETA (omega at most), as recorded last; computed anew by: ubos mode',
      'beta',
    ],
    ['never above the configuration', 'alpha', [['mode_change', { to: 'omega' }]], 'ALPHA  ', 'alpha'],
    [
      'alpha at most while a pause stands',
      'omega',
      [
        ['mode_change', { to: 'omega' }],
        ['vessel_paused', pause],
      ],
      'ALPHA (omega at most)',
      'alpha',
    ],
    ['alpha where it cannot be told', 'beta', [['mode_change', { to: 'gamma' }]], 'ALPHA (beta at most)', 'alpha'],
  ])('%s', async (_, ceiling, records, shown, mode) => {
    const { text, json } = await words(ceiling, ...records);
    expect(text).toContain(shown);
    expect(json).toMatchObject({ mode, ceiling });
  });

  it('and what holds it, with the command that ends it', async () => {
    const { text, json } = await words('omega', ['vessel_paused', pause]);
    expect(text).toMatch(/paused: pause-0011 .*3 failed · ubos resume pause-0011 --reason/);
    expect(json).toMatchObject({ paused_by: ['pause-0011'] });
  });

  it('the configuration alone where there is no trail to read', async () => {
    const { stdout } = await ubos('status --json', {});
    expect(JSON.parse(stdout)).toMatchObject({ mode: null, ceiling: 'alpha', paused_by: [] });
  });
});
