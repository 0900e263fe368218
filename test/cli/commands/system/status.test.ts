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
