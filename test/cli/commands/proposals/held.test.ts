import { expect, it } from '@jest/globals';
import { aClient } from '../../support/fake-client.js';
import { ubos } from '../../support/ubos.js';
import { aView, id } from '../../support/views.js';

/** What waits at the gate is executing, for whoever looks at its state alone. */
it('proposals show says why a permitted action has not started, and until when it may (spec G3)', async () => {
  const show = (status: 'executing' | 'completed', held?: string) =>
    ubos(['proposals', 'show', id], {
      client: aClient({ views: [aView({ status })], change: { heldBack: async () => held } }),
      columns: 200,
    });
  const why = 'waits at the gate, until 2026-01-02T12:10:00.000Z at the latest: the relief valve is at EMERGENCY';
  expect((await show('executing', `${why}\u001b`)).stdout).toContain(`! It ${why}⟦U+001B⟧\n`);
  expect((await show('executing')).stdout).not.toContain('! It');
  expect((await show('completed', why)).stdout).not.toContain('! It');
});
