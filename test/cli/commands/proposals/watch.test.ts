import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { EXIT } from '../../../../src/cli/exit-codes.js';
import { JanusError } from '../../../../src/domain/errors.js';
import { aClient } from '../../support/fake-client.js';
import { ubos } from '../../support/ubos.js';
import { aView, id } from '../../support/views.js';

const gone = 'The server does not answer.';
const back = 'The server answers again.';
const never = () => new Promise<never>(() => undefined);
const unreachable = () => Promise.reject(new JanusError('TEMPORAL_UNREACHABLE', 'Temporal is not reachable'));

describe('watch, while the server is gone (spec U1, U2)', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it.each([
    ['does not answer', never],
    ['refuses', unreachable],
  ])('says so within two seconds, once: a server that %s', async (_, look) => {
    const client = aClient({ change: { view: look, list: look } });
    for (const line of ['watch', `watch ${id}`]) {
      const ctrlC = new AbortController();
      let stderr = '';
      const played = ubos(line, { client, signal: ctrlC.signal, onOutput: (_out, words) => (stderr = words) });
      await jest.advanceTimersByTimeAsync(2_000);
      expect(stderr).toContain(gone);
      await jest.advanceTimersByTimeAsync(6_000);
      expect(stderr.split(gone)).toHaveLength(2);
      expect(stderr).not.toContain(back);
      ctrlC.abort();
      await jest.advanceTimersByTimeAsync(1_100);
      expect((await played).code).toBe(EXIT.interrupted);
    }
  });

  it('goes on when it is back, to the exit code of the end', async () => {
    let looks = 0;
    const view = async () => {
      looks += 1;
      return looks < 4 ? unreachable() : aView({ status: 'rolled_back' });
    };
    const played = ubos(`watch ${id}`, { client: aClient({ change: { view } }) });
    await jest.advanceTimersByTimeAsync(5_000);
    const { code, stderr, stdout } = await played;
    expect([code, stderr.indexOf(gone) < stderr.indexOf(back)]).toEqual([EXIT.rolledBack, true]);
    expect(stdout).toContain('rolled_back');
  });
});
