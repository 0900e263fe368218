import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { examineModel } from '../../../../src/cli/commands/doctor/examine-model.js';
import type { Context } from '../../../../src/cli/command.js';
import { aFolder } from '../../../support/folders.js';
import { anEndpoint, sayJson } from '../../../support/model/endpoints.js';
import { anLlm } from '../../../support/model/llm.js';
import { aConfig } from '../../support/ubos.js';

const folder = aFolder();

const examine = async (...changes: readonly object[]) => {
  const { endpoint, asked, server } = await anEndpoint((response) => sayJson(response, { model: 'tiny', gpu: 'off', threads: 1 }));
  const config = aConfig({ llm: anLlm({ providers: changes.map((change) => ({ ...endpoint, ...change })) }) });
  return { findings: await examineModel({ config: () => Promise.resolve(config) } as unknown as Context), asked, server };
};

describe('ubos doctor about models (spec T3, T4)', () => {
  it('says that there is none', async () => {
    expect((await examine()).findings).toEqual([{ ok: true, detail: expect.stringContaining('names none') }]);
  });

  it('says what a server of this machine uses, and puts no question to it', async () => {
    const { findings, asked } = await examine({});
    expect(findings[0]).toEqual({ ok: true, detail: expect.stringMatching(/answers: tiny, gpu off, threads 1$/) });
    expect(findings.at(-1)?.detail).toContain('llm.local.gpu is auto');
    expect(asked.map(({ url }) => url)).toEqual(['/health']);
  });

  it('says where nothing answers, and what to type', async () => {
    const { findings } = await examine({ baseUrl: 'http://127.0.0.1:9/v1' });
    expect(findings[0]).toEqual({ ok: false, detail: expect.stringContaining('nothing answers'), next: 'npm run local-model' });
  });

  it('asks nothing beyond this machine, and looks at the key', async () => {
    const keyFile = join(folder, 'key');
    writeFileSync(keyFile, 'secret', { mode: 0o644 });
    const remote = { isLocal: false, baseUrl: 'https://api.example.org/v1' };
    const { findings, asked } = await examine(remote, { ...remote, keyFile });
    expect(findings.map(({ ok }) => ok)).toEqual([true, false, true]);
    expect(findings[1]?.detail).not.toContain('secret');
    expect(asked).toEqual([]);
  });
});
