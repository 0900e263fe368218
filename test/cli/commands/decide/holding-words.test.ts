import { expect, it } from '@jest/globals';
import { aClient } from '../../support/fake-client.js';
import { ubos } from '../../support/ubos.js';
import { aView, id } from '../../support/views.js';

const why = 'paused: 3 actions failed within 10 minutes: ubos resume pause-0123456789ab';

it('approve --wait says what holds an approved action back, once, while it waits for the end (spec U3, G6)', async () => {
  const { digest } = aView();
  const client = aClient({ views: [aView()] });
  let looks = 0;
  let end: (() => void) | undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  const { code, stderr } = await ubos(`approve ${id} --wait --no-input --digest ${digest}`, {
    client: {
      ...client,
      view: async (each) => {
        const view = await client.view(each);
        if (view.status === 'proposed') return view;
        if ((looks += 1) === 2) end?.();
        return { ...view, status: 'suspended', reason: why };
      },
      outcome: async (each) => {
        await ended;
        return client.outcome(each);
      },
    },
  });
  expect(code).toBe(0);
  expect(stderr.replaceAll(/\s+/g, ' ').split(why)).toHaveLength(2);
  expect(stderr).toContain(`… ${id} is suspended: paused`);
});
