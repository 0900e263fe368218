import { describe, expect, it } from '@jest/globals';
import { aClient } from '../../support/fake-client.js';
import { ubos } from '../../support/ubos.js';
import { listed, listing, now } from '../../support/views.js';

describe('list (spec U1)', () => {
  it.each([
    { line: '', filter: { all: false, limit: 100 } },
    { line: '--all --limit 7', filter: { all: true, limit: 7 } },
    { line: '--state completed', filter: { all: false, state: 'completed', limit: 100 } },
  ])('"$line" asks for $filter', async ({ line, filter }) => {
    const client = aClient();
    await ubos(`proposals list ${line}`, { client });
    expect(client.filters).toEqual([filter]);
  });

  it('-o id prints ids and nothing else', async () => {
    const { stdout, stderr } = await ubos('proposals list -o id', { client: aClient({ listed: listing }) });
    expect([stdout, stderr]).toEqual([listing.map((each) => `${each.proposalId}\n`).join(''), '']);
  });

  it('says how many wait and what expires next as the server counts, whatever part of them is shown', async () => {
    const waiting = async () => ({ count: 9_990, nextDeadline: new Date(now.getTime() + 20 * 60_000).toISOString() });
    const client = aClient({ listed: listing, change: { waiting } });
    expect((await ubos('proposals list --all', { client })).stderr).toContain('9990 waiting, the next expires in 20m.');
  });

  it.each(['proposed', 'suspended'] as const)('shows how long one that is %s has left', async (status) => {
    const deadline = new Date(now.getTime() + 20 * 60_000).toISOString();
    const { stdout } = await ubos('proposals list', { client: aClient({ listed: [listed({ status, deadline })] }) });
    expect(stdout).toContain('20m');
  });

  it('says when an approved one may go that the rate of its type holds back (spec G5)', async () => {
    const again = new Date(now.getTime() + 5 * 60_000).toISOString();
    const { stdout } = await ubos('proposals list', { client: aClient({ listed: [listed({ status: 'approved', needs: '', again })] }) });
    expect(stdout).toContain(`\n  again at ${again} (in 5m)\n`);
  });

  it('says when there may be more', async () => {
    expect((await ubos('proposals list --limit 3', { client: aClient({ listed: listing }) })).stderr).toContain('Only 3 are shown');
  });
});
