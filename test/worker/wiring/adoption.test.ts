import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readAdopted } from '../../../src/adapters/policies/kept-policies.js';
import type { JanusConfig } from '../../../src/config/config.js';
import { createAdopted } from '../../../src/domain/policy/adopted.js';
import { adoptPolicy } from '../../../src/worker/wiring/adoption.js';
import { aConfig } from '../../cli/support/ubos.js';
import { useFolders } from '../../support/folders.js';
import { openTrail } from '../../support/trail/trails.js';

describe('adoptPolicy (spec C7)', () => {
  const aPlace = useFolders();
  /** Starts brains one after the other under what they are given, and gives back what the mission log says of it. */
  function aVessel() {
    const home = aPlace();
    const config = aConfig({}, home);
    const start = async (change: Partial<JanusConfig> = {}) => {
      const adopted = createAdopted();
      const { trail } = openTrail(home, { missionLog: [adopted] });
      const live = { ...config, ...change };
      await adoptPolicy({ live, settled: { config: live, documents: undefined }, trail, adopted, vouch: () => 'signed' });
    };
    const records = () =>
      readFileSync(config.paths.missionLog, 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>)
        .filter(({ event_type: type }) => type === 'policy_adopted');
    return { folder: config.paths.adoptedPolicies, start, records };
  }
  const loose = { allowedTools: ['shell', 'curl'] };

  it('records the first policy, a looser one with its difference, the way back, and no start that changed nothing', async () => {
    const { folder, start, records } = aVessel();
    await start();
    await start();
    expect(records()).toMatchObject([{ of: null, looser: [], stricter: [] }]);
    await start(loose);
    await start();
    await start(loose);
    const [first, second] = records();
    expect(records().slice(1)).toMatchObject([
      { of: first?.policy, looser: ['security.allowed_tools: + curl'], looser_count: 1, stricter: [] },
      { of: second?.policy, policy: first?.policy, looser: [], stricter: ['security.allowed_tools: - curl'] },
      { policy: second?.policy, looser_count: 1 },
    ]);
    expect(await readAdopted(folder)).toMatchObject({ policy: second?.policy, looser: ['security.allowed_tools: + curl'] });
  });

  it('counts what cannot be compared as looser: a kept policy that was edited or taken away shows nothing', async () => {
    const { folder, start, records } = aVessel();
    await start();
    const [kept = ''] = readdirSync(folder).filter((name) => !name.startsWith('adopt'));
    const text = readFileSync(join(folder, kept), 'utf8');
    writeFileSync(join(folder, kept), text.replace('"shell"', '"shell","curl"'));
    await start(loose);
    expect(records()[1]).toMatchObject({ looser: ['policy: not kept -> this one'], looser_count: 1 });
  });

  it('shows again what was shown before, where a start was interrupted between record and page', async () => {
    const { folder, start } = aVessel();
    await start();
    await start(loose);
    const page = await readAdopted(folder);
    writeFileSync(join(folder, 'adopted.json'), '{');
    await start(loose);
    expect(await readAdopted(folder)).toEqual(page);
  });
});
