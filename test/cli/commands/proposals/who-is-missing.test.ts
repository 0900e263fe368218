import { describe, expect, it } from '@jest/globals';
import { EXIT } from '../../../../src/cli/exit-codes.js';
import { aClient, unfolding } from '../../support/fake-client.js';
import { ubos } from '../../support/ubos.js';
import { aView, id, listed, otherId } from '../../support/views.js';

const named = 'trinity 1 of 2 (missing: claude, codex)';
const waiting = listed({ needs: 'trinity 1 of 2' });

describe('who is missing (spec A4)', () => {
  it('is in the list, in the words of the proposal, whole at any width', async () => {
    const client = aClient({ views: [aView({ needs: named })], listed: [waiting, listed({ proposalId: otherId })] });
    for (const columns of [40, 80, 200]) {
      const { stdout } = await ubos('proposals list', { client, columns });
      expect(stdout.replaceAll(/\n\s*/g, ' ')).toContain(`needs ${named}`);
      expect(stdout.split('needs').length).toBe(2);
    }
    const { stdout } = await ubos('proposals list --json', { client });
    const { proposals } = JSON.parse(stdout) as { proposals: { needs: string }[] };
    expect(proposals.map(({ needs }) => needs)).toEqual([named, 'first_citizen']);
  });

  it('is what the list knows where the proposal does not answer, and twenty are asked at most', async () => {
    let asked = 0;
    const view = () => Promise.reject(new Error(`nobody answers ${(asked += 1)}`));
    const many = Array.from({ length: 30 }, (_, index) =>
      listed({ needs: 'trinity 1 of 2', proposalId: `janus-${String(index).padStart(12, '0')}` }),
    );
    const { code, stdout } = await ubos('proposals list', { client: aClient({ listed: many, change: { view } }), columns: 80 });
    expect([code, asked, stdout.split('needs trinity 1 of 2\n').length - 1]).toEqual([EXIT.ok, 20, 30]);
  });

  it('is what watch says when somebody has approved', async () => {
    const steps = ['trinity 0 of 2 (missing: claude, codex)', 'trinity 1 of 2 (missing: claude)'].map((needs) => aView({ needs }));
    const client = aClient({ change: unfolding(...steps, aView({ status: 'completed', needs: 'x 2 of 2', reason: 'done' })) });
    const { code, stdout } = await ubos(`watch ${id}`, { client, columns: 200 });
    expect(code).toBe(EXIT.ok);
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => line.replace(/^\S+ \S+ /, '')),
    ).toEqual([
      'proposed  waits for a decision  needs trinity 0 of 2 (missing: claude, codex)',
      'proposed  waits for a decision  needs trinity 1 of 2 (missing: claude)',
      'completed  done',
    ]);
  });

  it('is what watch says of all', async () => {
    const ending = new AbortController();
    let looks = 0;
    const list = async () => {
      looks += 1;
      if (looks > 2) ending.abort();
      return [looks === 1 ? listed({ needs: 'trinity 0 of 2' }) : waiting];
    };
    const client = aClient({ views: [aView({ needs: named })], change: { list } });
    const { stdout } = await ubos('watch', { client, columns: 200, signal: ending.signal });
    expect(stdout.split(`needs ${named}`).length - 1).toBe(2);
  });
});
