import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Behaviour } from '../support/model/endpoints.js';
import { anAnswer, anEndpoint, completionOf, sayJson } from '../support/model/endpoints.js';
import { drip, flood, html } from '../support/model/failures.js';
import { openDevServer } from '../support/vessel/dev-server.js';
import type { Vessel } from '../support/vessel/vessel.js';
import { openVessel } from '../support/vessel/vessel.js';

interface Thought {
  readonly started: readonly string[];
  readonly model: { readonly state: string; readonly code?: string; readonly why?: string };
  readonly dropped: readonly { readonly code: string; readonly why: string }[];
}

const outsideTheCatalogue = {
  proposals: [{ ...anAnswer.proposals[0], choice: { mission: 'vessel-health', action: 'rm', parameters: {} } }],
};

const answers: readonly { name: string; behave: Behaviour; code: string; words: RegExp }[] = [
  { name: '200 MB', behave: flood, code: 'too_large', words: /the response is longer than \d+ bytes/ },
  { name: 'a slow drip', behave: drip, code: 'timeout', words: /no answer within 2 s|no whole response within its time/ },
  { name: 'HTML', behave: (response) => void response.end(html), code: 'not_json', words: /the response is no JSON/ },
  {
    name: 'valid JSON of the wrong shape',
    behave: (response) => sayJson(response, completionOf({ tool: 'rm' })),
    code: 'wrong_shape',
    words: /no list named proposals/,
  },
];

describe('bad answers of a model, as `ubos think --wait` says them (spec T3, Q2)', () => {
  let vessel: Vessel;
  let behave: Behaviour = () => undefined;
  beforeAll(async () => {
    const { endpoint } = await anEndpoint((...asked) => behave(...asked));
    vessel = await openVessel(await openDevServer(), {
      agent: {
        thinking_cycle: { enable_autonomous_proposals: true },
        llm: {
          providers: [{ name: 'bad', base_url: endpoint.baseUrl, model: 'bad', profile: 'openai_json', timeout_seconds: 2 }],
          breaker: { failures: 20, open_hours: 1 },
        },
      },
    });
    await vessel.startWorker();
  });
  const thought = async () => {
    const said = await vessel.ubos(['think', '--wait']);
    const { exitCode, stdout } = await vessel.ubos(['think', '--wait', '--json']);
    return { said, exitCode, json: JSON.parse(stdout) as Thought };
  };

  it.each(answers)('$name: $code, with its reason; the cycle has ended well', async ({ behave: badly, code, words }) => {
    behave = badly;
    const { said, exitCode, json } = await thought();
    expect(said).toMatchObject({ exitCode: 0 });
    const whole = said.stderr.replaceAll(/\s+/g, ' ');
    expect(whole).toContain(`The model gave nothing (${code}): `);
    expect(whole).toMatch(words);
    expect({ exitCode, ...json }).toMatchObject({
      exitCode: 0,
      started: [],
      model: { state: 'failed', code, why: expect.stringMatching(words) },
    });
  });

  it('a tool that is not in the catalogue: dropped with its reason, also after the model was told', async () => {
    behave = (response) => sayJson(response, completionOf(outsideTheCatalogue));
    const { said, exitCode, json } = await thought();
    expect(said).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining('dropped, unknown_action: the catalogue has no such action'),
    });
    expect({ exitCode, ...json }).toMatchObject({
      ...{ exitCode: 0, started: [], model: { state: 'answered' } },
      dropped: [{ code: 'unknown_action' }, { code: 'unknown_action' }],
    });
  });
});
