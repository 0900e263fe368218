import { expect, it } from '@jest/globals';
import { examinePorts } from '../../../../src/cli/commands/doctor/examine-ports.js';

const anInstalled = (address: string, agentFile = '/etc/janus/agent.yaml') =>
  ({ config: () => Promise.resolve({ agentFile }), health: () => Promise.resolve({ address }) }) as never;
const tries = (found: boolean | undefined) => () => Promise.resolve(found);

it('says that any account gives orders where nobody reaches the server, and what mends it (spec D5)', async () => {
  expect(await examinePorts(anInstalled('127.0.0.1:7233'), tries(true))).toEqual([
    { ok: false, detail: expect.stringContaining('127.0.0.1:7233 answers'), next: expect.stringContaining('restart janus-server') },
  ]);
});

it.each([
  { found: false, says: 'tried as nobody: localhost:7233 refuses' },
  { found: undefined, says: 'whether others reach localhost:7233 can only root try: sudo ubos doctor' },
])('is content where the answer is $found', async ({ found, says }) => {
  expect(await examinePorts(anInstalled('localhost:7233'), tries(found))).toEqual([{ ok: true, detail: says }]);
});

it('says nothing of a clone, of a server elsewhere, or of none', async () => {
  const reached = tries(true);
  expect(await examinePorts(anInstalled('127.0.0.1:7233', '/home/ana/janus/.janus/agent.yaml'), reached)).toEqual([]);
  expect(await examinePorts(anInstalled('temporal.example:7233'), reached)).toEqual([]);
  const gone = { ...(anInstalled('') as object), health: () => Promise.reject(new Error('unreachable')) } as never;
  expect(await examinePorts(gone, reached)).toEqual([]);
});
