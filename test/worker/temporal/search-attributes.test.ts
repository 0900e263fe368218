import { readFileSync } from 'node:fs';
import { ServiceError } from '@temporalio/client';
import { describe, expect, it } from '@jest/globals';
import { searchAttributes } from '../../../src/contract/search-attributes.js';
import { registerSearchAttributes } from '../../../src/worker/temporal/search-attributes.js';

const grpc = (code: number) =>
  new ServiceError('refused', { cause: Object.assign(new Error('x'), { code, details: 'Request unauthorized.', metadata: {} }) });
const names = Object.values(searchAttributes).map(({ name }) => name);

interface Says {
  readonly known: readonly string[];
  /** gRPC codes that a call ends with. */
  readonly list?: number;
  readonly add?: number;
  readonly count?: number;
}

/** A server that knows these, and keeps what it is asked. */
function aServer({ known, list, add, count }: Says) {
  const [customAttributes, asked] = [Object.fromEntries(known.map((name) => [name, 2])), [] as unknown[]];
  const call = (name: string, code: number | undefined, answer: () => unknown) => async (request: object) => {
    asked.push([name, request]);
    if (code !== undefined) throw grpc(code);
    return answer();
  };
  const connection = {
    operatorService: {
      listSearchAttributes: call('list', list, () => ({ customAttributes })),
      addSearchAttributes: call('add', add, () => ({})),
    },
    workflowService: { countWorkflowExecutions: call('count', count, () => ({})) },
  };
  return { asked, register: () => registerSearchAttributes(connection as never, 'vessels') };
}

describe('search attributes at the start of a brain', () => {
  it('registers what is missing, and nothing else', async () => {
    const server = aServer({ known: names.slice(1) });
    await server.register();
    expect(server.asked.at(-1)).toEqual(['add', { namespace: 'vessels', searchAttributes: { JanusVessel: 2 } }]);
  });

  it('a token that may write finds what somebody else has made; where one is missing the command is named (spec F2)', async () => {
    const all = aServer({ known: names, add: 7 });
    await all.register();
    expect(all.asked).toHaveLength(1);
    await expect(aServer({ known: names.slice(0, -1), add: 7 }).register()).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      next: 'temporal operator search-attribute create --namespace vessels --name JanusDeadline --type Datetime',
    });
  });

  it('a cloud lets nobody ask for them: a list that filters by all has to be answered (spec F2)', async () => {
    const cloud = aServer({ known: [], list: 7 });
    await cloud.register();
    const [, { query }] = cloud.asked.at(-1) as [string, { query: string }];
    for (const name of names) expect(query).toContain(`${name} `);
    await expect(aServer({ known: [], list: 7, count: 3 }).register()).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: 'search attributes are missing in namespace vessels, and this client may not register them',
      next: expect.stringContaining('tcld namespace search-attributes add --namespace vessels --sa JanusVessel=Keyword'),
    });
  });

  it('who may not list either, and a server that is away, are told as such', async () => {
    await expect(aServer({ known: [], list: 7, count: 7 }).register()).rejects.toMatchObject({ cause: { code: 7 } });
    await expect(aServer({ known: [], list: 14 }).register()).rejects.toMatchObject({ cause: { code: 14 } });
  });

  it('the script that sets a cluster up makes these very ones', () => {
    const lines = readFileSync('deploy/cluster/search-attributes', 'utf8').trim().split('\n');
    expect(lines).toEqual(
      Object.values(searchAttributes).map(({ name, type }) => `${name} ${type === 'DATETIME' ? 'Datetime' : 'Keyword'}`),
    );
  });
});
