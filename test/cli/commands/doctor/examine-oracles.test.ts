import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { examineOracles } from '../../../../src/cli/commands/doctor/examine-oracles.js';
import type { Context } from '../../../../src/cli/command.js';
import { aFolder } from '../../../support/folders.js';
import { someOracles } from '../../../support/oracles/oracles.js';
import { aConfig } from '../../support/ubos.js';

const folder = aFolder();

describe('ubos doctor about oracles (spec T8)', () => {
  it('says that nobody is asked, what has no key, what is wrong with a key, and where no way out is', async () => {
    const [closed, open] = ['closed', 'open'].map((name) => join(folder, name)) as [string, string];
    writeFileSync(closed, 'secret', { mode: 0o600 });
    writeFileSync(open, 'secret', { mode: 0o644 });
    const remote = { baseUrl: 'https://api.example.org', isLocal: false };
    const examine = (change: object) => {
      const config = aConfig({ oracles: someOracles(change) }, folder);
      return examineOracles({ config: () => Promise.resolve(config) } as unknown as Context);
    };
    expect(await examine({})).toEqual([{ ok: true, detail: expect.stringContaining('nobody is asked') }]);
    const endpoints = { groq: remote, wolfram: { ...remote, keyFile: open }, datacommons: { ...remote, keyFile: closed } };
    const found = await examine({ enabled: true, endpoints });
    expect(found.map(({ ok }) => ok)).toEqual([true, false, false]);
    expect(found.map(({ detail }) => detail)).toEqual([
      expect.stringContaining('groq: unavailable, no key'),
      expect.stringContaining('wolfram: unavailable'),
      expect.stringContaining('janus-egress does not answer'),
    ]);
    expect(JSON.stringify(found)).not.toContain('secret');
  });
});
