import { writeFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { wireModel } from '../../../src/worker/wiring/model.js';
import { aConfig } from '../../cli/support/ubos.js';
import { useFolders } from '../../support/folders.js';
import { anAnswer, anEndpoint, completionOf, sayJson } from '../../support/model/endpoints.js';
import { anLlm } from '../../support/model/llm.js';
import { aCatalogue, aContext } from '../../support/model/subjects.js';

describe('wireModel (spec T3)', () => {
  const request = { context: aContext(), catalogue: aCatalogue(), proposalsMax: 1, seed: 1 };
  const aPlace = useFolders();
  const ask = async (change: object, charter: string | Uint8Array | undefined = '## Record\nWhat cannot be recorded is not done.') => {
    const { endpoint, asked } = await anEndpoint((response) => sayJson(response, completionOf(anAnswer)));
    const config = aConfig(
      { llm: anLlm({ providers: [{ ...endpoint, ...change }], temperature: 0.5 }), principles: ['Truth over comfort'] },
      aPlace(),
    );
    if (charter !== undefined) writeFileSync(config.paths.charter, charter);
    return { answer: await wireModel(config).ask(request, new AbortController().signal), asked };
  };

  it('asks as agent.yaml says, and tells the charter and its principles', async () => {
    const { answer, asked } = await ask({});
    expect(answer).toMatchObject({ kind: 'answered', charter: { told: ['Record'], leftOut: [] } });
    expect(JSON.parse(asked[0]?.body ?? '')).toMatchObject({
      temperature: 0.5,
      messages: [
        { content: expect.stringMatching(/Principles: Truth over comfort\.\n.*\n## Record\nWhat cannot be recorded is not done\./) },
        {},
      ],
    });
  });

  it('asks no model where the charter cannot be told, and says why', async () => {
    for (const [charter, why] of [
      [Buffer.from('ok\n\xff', 'latin1'), 'charter.md:2: found bytes that are no UTF-8'],
      ['x'.repeat(300_000), 'found 300000 bytes'],
    ] as const) {
      const { answer, asked } = await ask({}, charter);
      expect(answer).toMatchObject({ kind: 'failed', code: 'no_charter', why: expect.stringContaining(why) });
      expect(asked).toEqual([]);
    }
  });

  it('has no way out of this machine but janus-egress', async () => {
    const { answer, asked } = await ask({ isLocal: false, baseUrl: 'https://api.example.org/v1' });
    expect(answer).toMatchObject({ code: 'unreachable', why: expect.stringContaining('janus-egress') });
    expect(asked).toEqual([]);
  });
});
