import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Endpoint } from '../../../src/adapters/model/ask-provider.js';
import type { ModelSettings } from '../../../src/adapters/model/create-model.js';
import { createModel } from '../../../src/adapters/model/create-model.js';
import { openHostBeyond } from '../../support/outbound/host-beyond.js';
import type { WayOut } from '../../../src/adapters/outbound/way-out.js';
import { aFolder } from '../../support/folders.js';
import { anAnswer, anEndpoint, completionOf, sayJson } from '../../support/model/endpoints.js';
import { aCatalogue, aContext } from '../../support/model/subjects.js';

const request = { context: aContext(), catalogue: aCatalogue(), proposalsMax: 3, seed: 7 };
const noWayOut: WayOut = { open: () => Promise.reject(new Error('janus-egress does not answer')) };
const ask = (endpoints: readonly Endpoint[], change: Partial<ModelSettings> = {}) =>
  createModel({
    endpoints,
    prompt: { promptTokensMax: 4_000, outputTokensMax: 2_000, principles: [] },
    wayOut: noWayOut,
    remoteFallback: false,
    ...change,
  }).ask(request, new AbortController().signal);
const good = () => anEndpoint((response) => sayJson(response, completionOf(anAnswer)));
const bodyOf = ({ body }: { readonly body: string }) => JSON.parse(body) as Record<string, unknown>;

const folder = aFolder();

describe('createModel (spec T3)', () => {
  it.each([
    { profile: 'llamacpp', has: ['grammar'], lacks: ['response_format'] },
    { profile: 'openai_strict', has: ['response_format'], lacks: ['grammar'] },
    { profile: 'openai_json', has: ['response_format'], lacks: ['grammar'] },
  ] as const)('tells the form of the answer once, as $profile does', async ({ profile, has, lacks }) => {
    const { endpoint, asked } = await good();
    await ask([{ ...endpoint, profile }]);
    const body = asked.map(bodyOf)[0] ?? {};
    expect(Object.keys(body)).toEqual(expect.arrayContaining([...has, 'messages', 'max_tokens', 'seed']));
    for (const key of lacks) expect(body).not.toHaveProperty(key);
    expect(body).toMatchObject({ stream: false, max_tokens: 2_000, seed: 7, temperature: 0 });
    expect(asked[0]?.url).toBe('/v1/chat/completions');
  });

  it('asks the next one only where the one before gave no answer, and says who answered', async () => {
    const [bad, fine, third] = [await anEndpoint((response) => response.writeHead(500).end()), await good(), await good()];
    const answer = await ask([bad.endpoint, { ...fine.endpoint, name: 'second' }, third.endpoint]);
    expect(answer).toMatchObject({ kind: 'answered', provider: 'second' });
    expect([bad.asked.length, fine.asked.length, third.asked.length]).toEqual([1, 1, 0]);
  });

  it('says of each what was wrong with it', async () => {
    const [one, two] = [
      await anEndpoint((response) => response.writeHead(500).end()),
      await anEndpoint((response) => sayJson(response, 'no')),
    ];
    expect(await ask([one.endpoint, { ...two.endpoint, name: 'other' }])).toMatchObject({
      kind: 'failed',
      code: 'not_json',
      why: 'local: it answered with status 500; other: the response is no JSON',
    });
  });

  it('leaves this machine only where people said so', async () => {
    const bad = await anEndpoint((response) => response.writeHead(500).end());
    const remote = { ...bad.endpoint, name: 'remote', isLocal: false, baseUrl: 'https://api.example.org/v1' };
    const opened: string[] = [];
    const wayOut: WayOut = { open: (host) => (opened.push(host), Promise.reject(new Error('no way'))) };
    expect(await ask([bad.endpoint, remote], { wayOut })).toMatchObject({ code: 'http_error' });
    expect(opened).toEqual([]);
    expect(await ask([bad.endpoint, remote], { wayOut, remoteFallback: true })).toMatchObject({ code: 'unreachable' });
    expect(opened).toEqual(['api.example.org']);
  });

  it('asks nobody where there is nobody, or nothing to ask', async () => {
    expect(await ask([])).toMatchObject({ code: 'no_provider' });
    const { endpoint, asked } = await good();
    const model = createModel({
      endpoints: [endpoint],
      prompt: { promptTokensMax: 4_000, outputTokensMax: 2_000, principles: [] },
      wayOut: noWayOut,
      remoteFallback: false,
    });
    const answer = await model.ask({ ...request, context: aContext({ missions: [] }) }, new AbortController().signal);
    expect(answer).toMatchObject({ code: 'nothing_to_ask' });
    expect(asked).toEqual([]);
  });

  it('sends the key of a file that nobody else may read, and asks nothing with any other', async () => {
    const { endpoint, asked } = await good();
    const keyFile = join(folder, 'key');
    writeFileSync(keyFile, 'gsk_secret\n', { mode: 0o600 });
    await ask([{ ...endpoint, keyFile }]);
    expect(asked[0]?.headers.authorization).toBe('Bearer gsk_secret');
    const open = join(folder, 'open');
    writeFileSync(open, 'gsk_secret\n', { mode: 0o644 });
    expect(await ask([{ ...endpoint, keyFile: open }])).toMatchObject({ code: 'no_provider', why: expect.stringContaining('chmod 600') });
    expect(await ask([{ ...endpoint, keyFile: join(folder, 'none') }])).toMatchObject({ code: 'no_provider' });
    expect(asked).toHaveLength(1);
  });
});

describe('an endpoint beyond this machine (spec T3, X4)', () => {
  let beyond: Awaited<ReturnType<typeof openHostBeyond>>;
  let remote: Endpoint;

  beforeAll(async () => {
    beyond = await openHostBeyond(folder, ['api.example.org'], (response) => sayJson(response, completionOf(anAnswer)));
    const { endpoint } = await good();
    remote = { ...endpoint, name: 'remote', isLocal: false, baseUrl: 'https://api.example.org/v1' };
  });

  it('is reached through the egress process, and the connection is on record', async () => {
    const { certificates, wayOut } = beyond;
    const answer = await ask([remote], { wayOut: wayOut(['api.example.org']), certificates });
    expect(answer).toMatchObject({
      kind: 'answered',
      provider: 'remote',
      route: 'egress',
      connections: [{ host: 'api.example.org', port: 443, verdict: 'allowed' }],
    });
    expect(beyond.egress.leases).toBe(0);
  });

  it('is not reached under a certificate that nobody vouches for', async () => {
    expect(await ask([remote], { wayOut: beyond.wayOut(['api.example.org']) })).toMatchObject({ code: 'unreachable' });
  });

  it('is not reached where its host was not let through', async () => {
    const answer = await ask([{ ...remote, baseUrl: 'https://other.example.org/v1' }], {
      wayOut: beyond.wayOut(['api.example.org']),
      certificates: beyond.certificates,
    });
    expect(answer).toMatchObject({
      code: 'unreachable',
      why: expect.stringContaining('does not let it pass'),
      connections: [{ host: 'other.example.org' }],
    });
  });

  it('is not reached where no egress process answers', async () => {
    expect(await ask([remote], { certificates: beyond.certificates })).toMatchObject({
      code: 'unreachable',
      why: 'janus-egress does not answer',
    });
  });
});
