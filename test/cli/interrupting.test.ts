import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { EXIT } from '../../src/cli/exit-codes.js';
import { aClient } from './support/fake-client.js';
import { ubos } from './support/ubos.js';
import { id } from './support/views.js';

describe('what takes too long or is interrupted (spec U2)', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });
  const never = () => new Promise<never>(() => undefined);
  const waiting = () => aClient({ change: { outcome: never } });

  it('--timeout gives up with 124', async () => {
    const played = ubos(`approve ${id} --wait --timeout 5s`, { client: waiting() });
    await jest.advanceTimersByTimeAsync(6_100);
    expect(await played).toMatchObject({ code: EXIT.timeout, stderr: expect.stringContaining('no end within --timeout 5s') });
  });

  it('Ctrl-C while it waits is 130', async () => {
    const ctrlC = new AbortController();
    const played = ubos(`approve ${id} --wait`, { client: waiting(), signal: ctrlC.signal });
    await jest.advanceTimersByTimeAsync(10);
    ctrlC.abort();
    await jest.advanceTimersByTimeAsync(1_100);
    expect(await played).toMatchObject({ code: EXIT.interrupted, stderr: expect.stringContaining('interrupted') });
  });

  it('Ctrl-C does not hide an answer that was on its way: what was decided is said', async () => {
    const ctrlC = new AbortController();
    const client = aClient();
    const slow = {
      ...client,
      decide: async (...args: Parameters<typeof client.decide>) => {
        ctrlC.abort();
        await new Promise((resolve) => setTimeout(resolve, 500));
        return client.decide(...args);
      },
    };
    const played = ubos(`approve ${id}`, { client: slow, signal: ctrlC.signal });
    await jest.advanceTimersByTimeAsync(600);
    expect(await played).toMatchObject({ code: EXIT.ok, stdout: expect.stringContaining(`Approved ${id}`) });
  });

  it.each(['watch', `watch ${id}`, `logs ${id} -f`])('Ctrl-C ends `ubos %s` with 130', async (line) => {
    const ctrlC = new AbortController();
    const played = ubos(line, { signal: ctrlC.signal });
    await jest.advanceTimersByTimeAsync(2_000);
    ctrlC.abort();
    await jest.advanceTimersByTimeAsync(1_100);
    expect((await played).code).toBe(EXIT.interrupted);
  });
});
