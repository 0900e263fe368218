import { describe, expect, it } from '@jest/globals';
import { examinePorts } from '../../../../src/cli/commands/doctor/examine-ports.js';

const aMachine = (agentFile = '/etc/janus/agent.yaml') =>
  ({ config: () => Promise.resolve({ agentFile }), health: () => Promise.resolve({}) }) as never;
const aServer = (address: string, tls?: boolean) => ({ address, namespace: 'default', connectionOptions: { address, tls } }) as never;
const never = () => Promise.reject(new Error('this is not tried'));
const aClone = '/home/ana/janus/.janus/agent.yaml';

describe('a server of this machine that asks nobody who he is', () => {
  const by = (found: boolean | undefined) => ({ reaches: () => Promise.resolve(found), takesAnybody: never });

  it('is out of order where nobody reaches it: any account gives orders; and says what mends it (spec D5)', async () => {
    expect(await examinePorts(aMachine(), aServer('127.0.0.1:7233'), by(true))).toEqual([
      { ok: false, detail: expect.stringContaining('127.0.0.1:7233 answers'), next: expect.stringContaining('restart janus-server') },
    ]);
  });

  it.each([
    { found: false, says: 'tried as nobody: localhost:7233 refuses' },
    { found: undefined, says: 'whether others reach localhost:7233 can only root try: sudo ubos doctor' },
  ])('is in order where the answer is $found', async ({ found, says }) => {
    expect(await examinePorts(aMachine(), aServer('localhost:7233'), by(found))).toEqual([{ ok: true, detail: says }]);
  });
});

describe('a server elsewhere, or one with TLS (spec D5)', () => {
  const by = (found: boolean | undefined) => ({ reaches: never, takesAnybody: () => Promise.resolve(found) });

  it.each([
    ['elsewhere without TLS', aServer('temporal.example:7233')],
    ['elsewhere with TLS', aServer('temporal.example:7233', true)],
    ['on this machine with TLS', aServer('127.0.0.1:7233', true)],
  ])('%s: is out of order where it answers whoever brings nothing, for a clone as well', async (_, server) => {
    for (const agentFile of ['/etc/janus/agent.yaml', aClone])
      expect(await examinePorts(aMachine(agentFile), server, by(true))).toEqual([
        { ok: false, detail: expect.stringContaining('so whoever reaches it gives orders'), next: expect.any(String) },
      ]);
  });

  it.each([
    { found: false, says: 'tried without certificate and key: temporal.example:7233 refuses' },
    { found: undefined, says: 'whether temporal.example:7233 answers somebody without certificate and key could not be told' },
  ])('is in order where the answer is $found', async ({ found, says }) => {
    expect(await examinePorts(aMachine(), aServer('temporal.example:7233', true), by(found))).toEqual([{ ok: true, detail: says }]);
  });
});

it('says nothing of the own server of a clone, or of none', async () => {
  const by = { reaches: never, takesAnybody: never };
  expect(await examinePorts(aMachine(aClone), aServer('127.0.0.1:7233'), by)).toEqual([]);
  const gone = { ...(aMachine() as object), health: () => Promise.reject(new Error('unreachable')) } as never;
  expect(await examinePorts(gone, aServer('127.0.0.1:7233'), by)).toEqual([]);
  expect(await examinePorts(gone, aServer('temporal.example:7233', true), by)).toEqual([]);
});
