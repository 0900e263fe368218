import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { useFolders } from '../../../support/folders.js';
import { aClient } from '../../support/fake-client.js';
import { aConfig, ubos } from '../../support/ubos.js';
import { aView, id, otherId, rolledBackView } from '../../support/views.js';

const refusedBy = (rule: string, message: string) =>
  aClient({ views: [aView({ status: 'rejected', reason: 'refused', violations: [{ rule, clause: 'spec C5', message }] })] });
const novelty = refusedBy('novelty', `the same action is in flight as ${otherId}`);
const network = () => refusedBy('network', 'policy.json says allow_network: false');
const aPlace = useFolders();
const policy = { ...aConfig().policy, allowNetwork: true };

describe('a refusal says whose turn it is (spec U2)', () => {
  it.each([
    [
      'there is nothing to mend where the same action is under way',
      novelty,
      aConfig(),
      `→ nothing to mend, only to wait for; the other one: ubos proposals show ${otherId}`,
    ],
    [
      'the workers know an older policy than the file',
      network(),
      aConfig({ policy }),
      '→ policy.json was changed after the workers had read it: npm start',
    ],
    ['the policy is as the file says', network(), aConfig(), '→ mend it, then: propose it from a file: ubos propose -f FILE'],
    [
      'something is to be mended',
      refusedBy('tools', 'no such tool'),
      aConfig(),
      '→ mend it, then: propose it from a file: ubos propose -f FILE',
    ],
  ])('%s', async (_, client, config, next) => {
    const { code, stderr } = await ubos(`propose --from ${id}`, { client, config });
    expect([code, stderr]).toEqual([6, expect.stringContaining(next)]);
  });

  it.each([
    ['check refused.yaml', 'ubos check refused.yaml'],
    ['propose -f refused.yaml --dry-run', 'ubos propose -f refused.yaml'],
  ])('names the file that is to be mended: ubos %s', async (line, next) => {
    const cwd = aPlace();
    const document = {
      mission_context: 'm',
      action_type: 'a',
      rationale: 'Too slow.',
      risk_level: 'low',
      tool_name: 'shell',
      tool_args: ['true'],
    };
    writeFileSync(join(cwd, 'refused.yaml'), JSON.stringify(document));
    const { code, stderr } = await ubos(line.replace('refused.yaml', join(cwd, 'refused.yaml')));
    expect([code, stderr]).toEqual([2, expect.stringMatching(/the constitution refuses it:\n {2}rationale: [^]*\n {2}→ mend it, then: /)]);
    expect(stderr).toContain(next.replace('refused.yaml', join(cwd, 'refused.yaml')));
  });

  it('names no file where there was none', async () => {
    const { stderr } = await ubos('propose --tool shell --dry-run');
    expect(stderr).toContain('→ mend it, and send it again');
  });
});

describe('what has ended (spec U2)', () => {
  it('offers no approval', async () => {
    const { stdout } = await ubos(`proposals show ${id}`, { client: aClient({ views: [rolledBackView()] }) });
    expect(stdout).not.toContain('ubos approve');
    expect(stdout).toContain(`ubos propose --from ${id}`);
  });
});
