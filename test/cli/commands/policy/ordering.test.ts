import { describe, expect, it } from '@jest/globals';
import { EXIT } from '../../../../src/cli/exit-codes.js';
import { policyOf } from '../../../../src/config/under-policy.js';
import { useFolders } from '../../../support/folders.js';
import { aVessel } from '../../support/fake-vessel.js';
import { printed } from '../../support/printed.js';
import { aConfig, ubos } from '../../support/ubos.js';

const folder = useFolders();
const here = () => ({ config: aConfig({}, folder()), vessel: aVessel() });

describe('orders about the security policy (spec C7)', () => {
  it.each([
    { line: 'policy propose', order: { kind: 'propose_policy' } },
    { line: 'policy recommend no', order: { kind: 'recommend_policy', verdict: 'no' } },
    { line: 'policy adopt', order: { kind: 'adopt_policy' } },
  ])('$line is about the very policy that the files say', async ({ line, order }) => {
    const { config, vessel } = here();
    const { code, stdout } = await ubos(`${line} --reason because --json`, { config, vessel });
    expect(code).toBe(EXIT.ok);
    expect(vessel.ordered).toMatchObject([{ ...order, of: policyOf(config), reason: 'because' }]);
    expect(printed(stdout, 'order')).toMatchObject({ kind: order.kind, of: policyOf(config), code: 'ACCEPTED' });
  });

  it.each([['policy propose'], ['policy recommend yes'], ['policy adopt']])(
    'ubos %s --print-signal prints the line that would send it, and sends nothing',
    async (line) => {
      const { config, vessel } = here();
      const { code, stdout } = await ubos(`${line} --reason because --print-signal`, { config, vessel });
      expect({ code, stdout }).toMatchObject({ code: EXIT.ok, stdout: expect.stringMatching(/^temporal workflow signal .*--name order/) });
      const json = await ubos(`${line} --reason because --print-signal --json`, { config, vessel });
      expect(printed(json.stdout, 'order-signal')).toMatchObject({ kind: `${line.split(' ')[1]}_policy` });
      expect(vessel.ordered).toEqual([]);
    },
  );

  it.each<[string, number]>([
    ['policy propose', EXIT.usage],
    ['policy propose more --reason because', EXIT.usage],
    ['policy recommend --reason because', EXIT.usage],
    ['policy recommend maybe --reason because', EXIT.usage],
    ['policy adopt', EXIT.usage],
    ['policy adopt abc --reason because', EXIT.usage],
    // Somebody looked at another one: the files were edited meanwhile.
    [`policy recommend yes ${'f'.repeat(64)} --reason because`, EXIT.conflict],
  ])('ubos %s orders nothing', async (line, code) => {
    const { config, vessel } = here();
    expect(await ubos(line, { config, vessel })).toMatchObject({ code, stderr: expect.stringContaining('→') });
    expect(vessel.ordered).toEqual([]);
  });
});
