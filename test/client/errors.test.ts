import { NamespaceNotFoundError, ServiceError } from '@temporalio/client';
import { describe, expect, it } from '@jest/globals';
import { readHealth } from '../../src/client/health.js';
import { createHistories } from '../../src/client/histories.js';
import { whileReachable } from '../../src/client/no-connection.js';
import { createProposalClient } from '../../src/client/proposals.js';
import { JanusError } from '../../src/domain/errors.js';
import type { TemporalClient } from '../../src/client/connect.js';
import { aDocument } from '../support/proposals/proposals.js';

const grpc = (code: number) =>
  new ServiceError('Failed to describe schedule', { cause: Object.assign(new Error('x'), { code, details: '', metadata: {} }) });

/** Where nobody listens: who asks why gets no other answer. */
const nowhere = { address: '127.0.0.1:1', connectionOptions: {} };

describe('the start of a worker', () => {
  it.each([
    ['UNAVAILABLE', grpc(14)],
    ['DEADLINE_EXCEEDED', grpc(4)],
    ['a connection that is closed under it', grpc(1)],
    ['the native client', Object.assign(new Error('connection refused'), { name: 'TransportError' })],
    ['a connection that is not made in time', new Error('Failed to connect before the deadline')],
  ])('says that the server is not there: %s', async (_, error) => {
    await expect(whileReachable(nowhere, () => Promise.reject(error))).rejects.toMatchObject({
      code: 'TEMPORAL_UNREACHABLE',
      message: 'Temporal is not reachable at 127.0.0.1:1',
      cause: error,
    });
  });

  it.each([
    [
      'the native client',
      Object.assign(new Error('Server connection error: Status { code: PermissionDenied }'), { name: 'TransportError' }),
    ],
    ['PERMISSION_DENIED', grpc(7)],
    ['UNAUTHENTICATED', grpc(16)],
  ])('says that the server does not let it in: %s', async (_, error) => {
    await expect(whileReachable(nowhere, () => Promise.reject(error))).rejects.toMatchObject({
      code: 'NOT_PERMITTED',
      message: 'Temporal at 127.0.0.1:1 does not let this client in',
    });
  });

  it.each<[string, Error]>([
    ['a bug', new TypeError('a bug')],
    ['what it was asked', grpc(3)],
    ['our own errors', new JanusError('CONFIG_INVALID', 'no bundle')],
  ])('does not blame the server for %s', async (_, error) => {
    await expect(whileReachable(nowhere, () => Promise.reject(error))).rejects.toBe(error);
  });

  it('returns what the call returns', async () => {
    expect(await whileReachable(nowhere, () => Promise.resolve(7))).toBe(7);
  });
});

/** A server of which every call, however it is made, ends with this error. */
function failing(error: Error): TemporalClient {
  const fails = async (): Promise<never> => {
    throw error;
  };
  const handle = new Proxy({ workflowId: 'x' }, { get: () => fails });
  const lists = () => ({ [Symbol.asyncIterator]: () => ({ next: fails }) });
  const service = { start: fails, count: fails, list: lists, getHandle: () => handle };
  const client = {
    workflow: service,
    schedule: service,
    workflowService: handle,
    withDeadline: <T>(_: number, call: () => Promise<T>) => call(),
  };
  return {
    client: client as unknown as TemporalClient['client'],
    namespace: 'nope',
    address: '127.0.0.1:7233',
    close: async () => undefined,
  };
}

describe('a namespace that the server does not have', () => {
  const id = 'janus-0123456789ab';
  const message = { by: 'ana', decision: 'approve' } as const;
  const raw = Object.assign(new Error('5 NOT_FOUND'), { code: 5, details: 'Namespace nope is not found.', metadata: {} });
  const forms = [new NamespaceNotFoundError('nope'), raw, new ServiceError('Failed to describe', { cause: raw })];
  const calls: Readonly<Record<string, (temporal: TemporalClient) => Promise<unknown>>> = {
    propose: (t) => client(t).propose(aDocument()),
    list: (t) => client(t).list({ all: true, limit: 5 }),
    pages: async (t) => client(t).pages({ all: true, limit: 5 })[Symbol.asyncIterator]().next(),
    waiting: (t) => client(t).waiting(),
    counts: (t) => client(t).counts(),
    view: (t) => client(t).view(id),
    decide: (t) => client(t).decide(id, message),
    signal: (t) => client(t).signal(id, 'approve', { by: 'ana' }),
    'resolve a prefix': (t) => client(t).resolveId('012345'),
    'resolve @latest': (t) => client(t).resolveId('@latest'),
    'run of': (t) => client(t).runOf(id),
    outcome: (t) => client(t).outcome(id),
    history: (t) => client(t).history(id),
    think: (t) => client(t).think(),
    health: (t) => readHealth(t, 'vessel', 'host'),
    'histories: list': async (t) => createHistories(t, 'vessel').list()[Symbol.asyncIterator]().next(),
    'histories: read': (t) => createHistories(t, 'vessel').read(id),
    'histories: retention': (t) => createHistories(t, 'vessel').retention(),
    'a worker': (t) => whileReachable(nowhere, () => t.client.workflowService.describeNamespace({})),
  };
  const client = (temporal: TemporalClient) => createProposalClient({ temporal, vessel: 'vessel', approvalSeconds: 60 });

  it.each(Object.keys(calls))('is said in one sentence: %s', async (name) => {
    for (const error of forms)
      await expect(calls[name]!(failing(error))).rejects.toMatchObject({
        code: 'CONFIG_INVALID',
        message: 'Temporal has no namespace nope',
        next: expect.stringContaining('temporal operator namespace create --namespace nope'),
      });
  });
});
