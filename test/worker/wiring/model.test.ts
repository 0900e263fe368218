import { describe, expect, it } from '@jest/globals';
import { wireModel } from '../../../src/worker/wiring/model.js';
import { aConfig } from '../../cli/support/ubos.js';
import { anAnswer, anEndpoint, completionOf, sayJson } from '../../support/model/endpoints.js';
import { anLlm } from '../../support/model/llm.js';
import { aCatalogue, aContext } from '../../support/model/subjects.js';

describe('wireModel (spec T3)', () => {
  const request = { context: aContext(), catalogue: aCatalogue(), proposalsMax: 1, seed: 1 };
  const ask = async (change: object) => {
    const { endpoint, asked } = await anEndpoint((response) => sayJson(response, completionOf(anAnswer)));
    const config = aConfig({
      llm: anLlm({ providers: [{ ...endpoint, ...change }], temperature: 0.5 }),
      principles: ['Truth over comfort'],
    });
    return { answer: await wireModel(config).ask(request, new AbortController().signal), asked };
  };

  it('asks as agent.yaml says, and tells the principles of the charter', async () => {
    const { answer, asked } = await ask({});
    expect(answer).toMatchObject({ kind: 'answered' });
    expect(JSON.parse(asked[0]?.body ?? '')).toMatchObject({
      temperature: 0.5,
      messages: [{ content: expect.stringContaining('Principles: Truth over comfort.') }, {}],
    });
  });

  it('has no way out of this machine but janus-egress', async () => {
    const { answer, asked } = await ask({ isLocal: false, baseUrl: 'https://api.example.org/v1' });
    expect(answer).toMatchObject({ code: 'unreachable', why: expect.stringContaining('janus-egress') });
    expect(asked).toEqual([]);
  });
});
