import { ServiceError } from '@temporalio/client';
import { describe, expect, it } from '@jest/globals';
import { whileReachable } from '../../src/client/errors.js';
import { JanusError } from '../../src/domain/errors.js';

const grpc = (code: number) =>
  new ServiceError('Failed to describe schedule', { cause: Object.assign(new Error('x'), { code, details: '', metadata: {} }) });

describe('the start of a worker', () => {
  it.each([
    ['UNAVAILABLE', grpc(14)],
    ['DEADLINE_EXCEEDED', grpc(4)],
    ['a connection that is closed under it', grpc(1)],
    ['the native client', Object.assign(new Error('connection refused'), { name: 'TransportError' })],
    ['a connection that is not made in time', new Error('Failed to connect before the deadline')],
  ])('says that the server is not there: %s', async (_, error) => {
    await expect(whileReachable('127.0.0.1:7233', () => Promise.reject(error))).rejects.toMatchObject({
      code: 'TEMPORAL_UNREACHABLE',
      message: 'Temporal is not reachable at 127.0.0.1:7233',
      cause: error,
    });
  });

  it.each<[string, Error]>([
    ['a bug', new TypeError('a bug')],
    ['what it was asked', grpc(3)],
    ['our own errors', new JanusError('CONFIG_INVALID', 'no bundle')],
  ])('does not blame the server for %s', async (_, error) => {
    await expect(whileReachable('127.0.0.1:7233', () => Promise.reject(error))).rejects.toBe(error);
  });

  it('returns what the call returns', async () => {
    expect(await whileReachable('127.0.0.1:7233', () => Promise.resolve(7))).toBe(7);
  });
});
