import { appendFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { EXIT } from '../../../../src/cli/exit-codes.js';
import { aFolder } from '../../../support/folders.js';
import { aClient, unfolding } from '../../support/fake-client.js';
import { aConfig, ubos } from '../../support/ubos.js';
import { aResult, aView, id } from '../../support/views.js';

const home = aFolder();

describe('logs (spec U1)', () => {
  it('says which connection was refused, and why', async () => {
    const record = { host: 'evil.example.com', port: 443, tx: 0, rx: 0, ms: 1, verdict: 'domain' };
    const network = { connections: 1, denied: 1, tx: 0, rx: 0, records: [record] };
    const client = aClient({ views: [aView({ status: 'failed', results: [aResult({ network })] })] });
    const { stderr } = await ubos(`logs ${id}`, { client, config: aConfig({}, home), columns: 200 });
    expect(stderr).toContain('! no connection to evil.example.com:443: domain: this domain is not among those that were approved');
  });

  const folder = () => join(home, 'workspaces', `${id}.output`);
  it('-f goes on where it stopped, never inside a character, until the proposal has ended', async () => {
    await mkdir(folder(), { recursive: true });
    const whole = Buffer.from('grün\n');
    await writeFile(join(folder(), 'step-1.stdout'), whole.subarray(0, 3));
    const { view } = unfolding(aView({ status: 'executing' }), aView({ status: 'executing' }), aView({ status: 'completed' }));
    let looks = 0;
    const client = aClient({
      change: {
        view: async (of) => {
          looks += 1;
          if (looks === 2) await appendFile(join(folder(), 'step-1.stdout'), whole.subarray(3));
          return view!(of);
        },
      },
    });
    const { code, stdout } = await ubos(`logs ${id} -f`, { client, config: aConfig({}, home) });
    expect([code, stdout, looks]).toEqual([EXIT.ok, 'grün\n', 3]);
  });

  it.each([
    { flags: '', prints: 'out1\nerr1\nout2\nundone\n' },
    { flags: '--stdout', prints: 'out1\nout2\nundone\n' },
    { flags: '--stderr', prints: 'err1\n' },
    { flags: '--stdout --stderr', prints: 'out1\nerr1\nout2\nundone\n' },
  ])('"$flags" in the order in which it happened', async ({ flags, prints }) => {
    await rm(folder(), { recursive: true, force: true });
    await mkdir(folder(), { recursive: true });
    const files = { 'step-1.stdout': 'out1\n', 'step-1.stderr': 'err1\n', 'step-2.stdout': 'out2\n', 'rollback-1.stdout': 'undone\n' };
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder(), name), text);
    const client = aClient({ views: [aView({ status: 'rolled_back' })] });
    expect((await ubos(`logs ${id} ${flags}`, { client, config: aConfig({}, home) })).stdout).toBe(prints);
  });

  it('says that there is nothing', async () => {
    expect(await ubos(`logs ${id}`)).toMatchObject({ code: EXIT.ok, stdout: '', stderr: `${id} is proposed: it has no output.\n` });
  });
});
