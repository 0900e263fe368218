import { describe, expect, it } from '@jest/globals';
import { keepPolicy, showAdopted } from '../../../../src/adapters/policies/kept-policies.js';
import { securityPolicy, signerTexts } from '../../../../src/config/security-policy.js';
import { useFolders } from '../../../support/folders.js';
import { printed } from '../../support/printed.js';
import { aConfig, ubos } from '../../support/ubos.js';

describe('ubos policy show (spec C7)', () => {
  const aPlace = useFolders();

  it('says what holds, and that nobody has started under it', async () => {
    const { code, stdout } = await ubos('policy show', { config: aConfig({}, aPlace()) });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^security\.allowed_tools +shell$/m);
    expect(stdout).toContain('No brain has run');
  });

  it('says since when it holds, what of it is looser, and what the files say that does not count yet', async () => {
    const config = aConfig({}, aPlace());
    const folder = config.paths.adoptedPolicies;
    const policy = await keepPolicy(folder, securityPolicy(config, signerTexts(config)));
    const said = { at: '2026-01-01T12:00:00.000Z', of: 'f'.repeat(64), looser: ['tools: + curl'], stricter: [] };
    await showAdopted(folder, { policy, ...said, amendments: 'recorded', held: null });
    const edited = { ...config, harness: { ...config.harness, concurrencyMax: 9 } };
    const { stdout } = await ubos('policy show', { config: edited });
    expect(stdout).toContain(`under policy ${policy.slice(0, 12)} since 2026-01-01T12:00:00.000Z`);
    expect(stdout).toMatch(/looser +tools: \+ curl/);
    expect(stdout).toMatch(/from the next start of the brain on:\n +looser +harness\.max_concurrency: 4 -> 9/);
    const { stdout: printedJson } = await ubos('policy show --json', { config: edited });
    expect(printed(printedJson, 'policy')).toMatchObject({
      adopted: { policy },
      next: { looser: ['harness.max_concurrency: 4 -> 9'], stricter: [] },
    });
    const status = await ubos('status', { config });
    expect(status.stdout).toMatch(/policy +[0-9a-f]{12} since .*looser in 1: tools: \+ curl/);
  });

  it('is asked for nothing else', async () => {
    expect((await ubos('policy show more', { config: aConfig({}, aPlace()) })).code).toBe(2);
  });
});
