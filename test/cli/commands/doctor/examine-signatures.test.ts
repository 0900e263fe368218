import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { JanusConfig } from '../../../../src/config/config.js';
import { loadFrom } from '../../../support/vessel/configuration.js';
import { agent, aHome } from '../../support/key-home.js';
import { ubos } from '../../support/ubos.js';

describe('ubos doctor (spec A3)', () => {
  const signatures = async (line: string, config: JanusConfig, env = {}) => {
    const { stdout } = await ubos(line, { config, env });
    const { findings } = JSON.parse(stdout) as { findings: { what: string; ok: boolean; detail: string; next: string | null }[] };
    return findings.filter(({ what }) => what === 'signatures');
  };

  it('says which mode holds, how many keys there are, and warns where nothing is verified', async () => {
    const { home, run } = aHome();
    const before = await signatures('doctor --json', loadFrom(home, { agent }));
    expect(before).toEqual([
      {
        what: 'signatures',
        ok: true,
        detail: expect.stringContaining('by_risk, but there are no keys yet, so nothing is verified'),
        next: expect.stringContaining('ubos keys init'),
      },
      { what: 'signatures', ok: true, detail: expect.stringMatching(/OpenSSH_/), next: null },
      { what: 'signatures', ok: true, detail: '0 of 0 keys are valid, for nobody', next: null },
    ]);
    await run('keys init');
    await run('keys add ana');
    const after = await signatures('doctor --json', loadFrom(home, { agent }), { XDG_CONFIG_HOME: join(home, 'config') });
    expect(after.map(({ detail }) => detail)).toEqual([
      'by_risk: decisions of medium and high risk must be signed',
      expect.stringContaining('ssh-keygen is there'),
      '1 of 1 keys are valid, for ana',
      expect.stringContaining('you sign as ana'),
    ]);
    const off = await signatures('doctor --json', loadFrom(home, { agent: `${agent}  signature: off\n` }));
    expect(off[0]).toMatchObject({
      detail: expect.stringContaining('whoever reaches the Temporal server decides'),
      next: expect.stringContaining('by_risk'),
    });
    await run('keys revoke ana');
    expect((await signatures('doctor --json', loadFrom(home, { agent })))[2]).toMatchObject({
      ok: false,
      next: expect.stringContaining('ubos keys add'),
    });
  });
});
