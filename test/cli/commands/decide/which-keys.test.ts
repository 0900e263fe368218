import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { ownTerms } from '../../../../src/domain/approval/terms.js';
import { aFolder, useFolders } from '../../../support/folders.js';
import { aClient } from '../../support/fake-client.js';
import type { FakeSettings } from '../../support/fake-client.js';
import { aConfig, ubos } from '../../support/ubos.js';
import { aView, id, listed } from '../../support/views.js';

const folder = aFolder();
const aPlace = useFolders();
const keys = join(folder, 'janus', 'keys');
const env = { XDG_CONFIG_HOME: folder, JANUS_USER: 'ana' };
const allowedSigners = join(folder, 'allowed_signers');
const makeKey = (file: string) => execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', file]);

beforeAll(() => {
  mkdirSync(keys, { recursive: true });
  makeKey(join(keys, 'ana'));
  writeFileSync(allowedSigners, '', { mode: 0o644 });
});

async function sentBy(
  line: string,
  session: { env?: Record<string, string>; fake?: FakeSettings; config?: ReturnType<typeof aConfig> } = {},
) {
  const client = aClient(session.fake);
  const played = await ubos(line, { client, env: session.env ?? env, ...(session.config && { config: session.config }) });
  return { ...played, sent: client.sent, proofs: client.proofs };
}

describe('several keys on one machine (spec A3)', () => {
  const two = () => {
    const home = aPlace();
    const keys = join(home, 'janus', 'keys');
    mkdirSync(keys, { recursive: true });
    for (const name of ['ana', 'bob']) makeKey(join(keys, name));
    return { XDG_CONFIG_HOME: home };
  };

  it('nothing is sent unsigned in silence: it says who could sign, and how to choose', async () => {
    const { code, sent, stderr } = await sentBy(`approve ${id}`, { env: two() });
    expect([code, sent]).toEqual([2, []]);
    expect(stderr).toMatch(/several keys are here, and none is called \S+: ana, bob.*\n {2}→ say whose: --by ana/);
  });

  it('the one that was chosen signs', async () => {
    expect((await sentBy(`approve ${id} --by bob`, { env: two() })).stdout).toContain('by bob, signed');
  });
});

describe('what waits from before the keys (spec A4)', () => {
  const config = aConfig({ approvals: { ...aConfig().approvals, allowedSigners, groups: { owners: ['ana', 'bob'] } } });
  const old = aView();
  const plan = old.plan!;
  const fake = { views: [old], listed: [listed({ needs: '' })] };
  const again = `→ ubos proposals cancel ${id}, then ubos propose --from ${id}`;

  it('is approved by nobody, and says how to propose it again', async () => {
    const { code, sent, stderr } = await sentBy(`approve ${id}`, { fake, config });
    expect([code, sent]).toEqual([5, []]);
    expect(stderr).toContain('from before there were keys or rules here');
    expect(stderr).toContain(again);
  });

  it.each([`proposals show ${id}`, 'proposals list'])('ubos %s says so, too', async (line) => {
    expect((await sentBy(line, { fake, config })).stderr).toContain(again);
    expect((await sentBy(line, { fake })).stderr).not.toContain('→');
  });

  it('what names those who have to approve it is not meant', async () => {
    const approval = ownTerms(config.approvals, { risk: plan.risk, actionType: String(old.document.action_type) });
    const now = { views: [{ ...old, plan: { ...plan, approval } }], listed: [listed({ needs: 'owners 0 of 1' })] };
    for (const line of [`proposals show ${id}`, 'proposals list'])
      expect((await sentBy(line, { fake: now, config })).stderr).not.toContain('→');
  });
});
