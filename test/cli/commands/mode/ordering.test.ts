import { describe, expect, it } from '@jest/globals';
import { EXIT } from '../../../../src/cli/exit-codes.js';
import { useFolders } from '../../../support/folders.js';
import { writtenLife } from '../../../support/modes/written-life.js';
import { aVessel } from '../../support/fake-vessel.js';
import { printed } from '../../support/printed.js';
import { aConfig, ubos } from '../../support/ubos.js';

const folder = useFolders();

function here() {
  const home = folder();
  writtenLife(3, { approved: 1, rejected: 0 }).write(home);
  return { config: aConfig({}, home), cwd: home };
}

describe('orders about the mode (spec T7)', () => {
  it.each([
    { line: 'mode authorise beta', order: { kind: 'authorise', mode: 'beta' } },
    { line: 'mode recommend no', order: { kind: 'recommend', verdict: 'no' } },
    { line: 'mode restore', order: { kind: 'restore' } },
  ])('$line names what stands', async ({ line, order }) => {
    const vessel = aVessel();
    const { code, stdout } = await ubos(`${line} --reason because --json`, { ...here(), vessel });
    expect(code).toBe(EXIT.ok);
    expect(vessel.ordered).toMatchObject([{ ...order, of: 'mode-initial', reason: 'because' }]);
    expect(printed(stdout, 'order')).toMatchObject({ kind: order.kind, of: 'mode-initial', code: 'ACCEPTED' });
  });

  it.each([['mode authorise beta'], ['mode recommend yes'], ['mode restore'], ['flag janus-0123456789ab']])(
    'ubos %s --print-signal prints the line that would send it, and sends nothing',
    async (line) => {
      const vessel = aVessel();
      const { code, stdout } = await ubos(`${line} --reason because --print-signal`, { ...here(), vessel });
      expect({ code, stdout }).toMatchObject({ code: EXIT.ok, stdout: expect.stringMatching(/^temporal workflow signal .*--name order/) });
      const json = await ubos(`${line} --reason because --print-signal --json`, { ...here(), vessel });
      expect(printed(json.stdout, 'order-signal')).toMatchObject({ kind: line.split(' ').at(line.startsWith('mode') ? 1 : 0) });
      expect(vessel.ordered).toEqual([]);
    },
  );

  it.each([['mode authorise'], ['mode authorise alpha'], ['mode recommend maybe'], ['mode authorise beta'], ['flag']])(
    'ubos %s lacks something, and orders nothing',
    async (line) => {
      const vessel = aVessel();
      expect(await ubos(line, { ...here(), vessel })).toMatchObject({ code: EXIT.usage });
      expect(vessel.ordered).toEqual([]);
    },
  );

  it('what was not earned is said with what is missing, and where to look', async () => {
    const vessel = aVessel({}, { accepted: false, code: 'NOT_EARNED', message: 'days: 3.00 days' });
    const { code, stderr } = await ubos('mode authorise beta --reason because', { ...here(), vessel });
    expect({ code, stderr }).toMatchObject({ code: EXIT.conflict, stderr: expect.stringMatching(/days: 3.00 days.*[\s\S]*mode check/) });
  });

  it('ubos mode explain prints its rules for programs', async () => {
    const { stdout } = await ubos('mode explain --json', here());
    expect(printed(stdout, 'mode-rules')).toMatchObject({ leaves: expect.arrayContaining([expect.objectContaining({ rule: 'sunset' })]) });
    expect((await ubos('mode show', here())).stdout).toContain('alpha');
    expect((await ubos('mode check', here())).stdout).toContain('beta is not earned yet');
  });
});
