import { expect, it } from '@jest/globals';
import { printed } from '../../support/printed.js';
import { aClient } from '../../support/fake-client.js';
import { ubos } from '../../support/ubos.js';
import { aView, id } from '../../support/views.js';

/** Spec X7: a dry run shows the exact command line of the sandbox. */
it('what a dry run would have started is shown, for people and for programs (spec X7)', async () => {
  const view = { ...aView({ status: 'cancelled' }), commandLines: [['/usr/bin/bwrap', '--', '/usr/bin/df', 'a b']] };
  const show = (...more: string[]) => ubos(['proposals', 'show', id, ...more], { client: aClient({ views: [view] }) });
  expect((await show()).stdout).toContain("DRY RUN, would have started:\n  /usr/bin/bwrap -- /usr/bin/df 'a b'");
  expect(printed((await show('--json')).stdout, 'proposal')).toMatchObject({ command_lines: view.commandLines });
});
