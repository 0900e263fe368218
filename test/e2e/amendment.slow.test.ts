import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { openDevServer } from '../support/vessel/dev-server.js';
import type { Vessel, WorkerProcess } from '../support/vessel/vessel.js';
import { openVessel } from '../support/vessel/vessel.js';

const recommenders = ['claude', 'gemini', 'codex'] as const;

interface ShownPolicy {
  readonly adopted: { readonly policy: string } | null;
}

/** The real server, keys of ssh-keygen, files that people edit. That the seven days pass is for the time-skipping server (workflow/policy). */
describe('a security policy that is looser takes a review (spec C7)', () => {
  let vessel: Vessel;
  let brain: WorkerProcess;
  const as = (person: string, ...args: string[]) =>
    vessel.ubos(args, { env: { JANUS_USER: person, XDG_CONFIG_HOME: join(vessel.home, 'people', person) } });
  const reason = ['--reason', 'the release page is needed'];
  const adoptedNow = async () => (JSON.parse((await as('ana', 'policy', 'show', '--json')).stdout) as ShownPolicy).adopted?.policy;
  const recorded = async (type: string) => (await vessel.records('mission_log')).filter(({ event_type: each }) => each === type);
  /** The sections that are named take the place of those in the file. */
  async function edit(sections: Readonly<Record<string, unknown>>): Promise<void> {
    const file = join(vessel.home, 'agent.yaml');
    await writeFile(file, stringify({ ...(parse(await readFile(file, 'utf8')) as object), ...sections }));
  }
  const domains = (...names: readonly string[]) => ({ security: { network: { allowed_domains: names } } });

  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'janus-amendment-'));
    const approvals = {
      ...{ allowed_signers: join(folder, 'allowed_signers'), revoked_signers: join(folder, 'revoked_signers') },
      groups: { first_citizen: ['ana'], trinity: [...recommenders] },
    };
    vessel = await openVessel(await openDevServer(), { folder, agent: { approvals, ...domains('github.com', 'example.com') } });
    for (const person of ['ana', ...recommenders]) {
      expect(await as(person, 'keys', 'init', person)).toMatchObject({ exitCode: 0 });
      const key = join(vessel.home, 'people', person, 'janus', 'keys', `${person}.pub`);
      expect(await as('ana', 'keys', 'add', person, key)).toMatchObject({ exitCode: 0 });
    }
    // Without keys of all of them it would be an error: nobody could adopt anything.
    await edit({ constitutional: { amendments: 'required' } });
    brain = await vessel.startWorker('brain');
  });

  it('adopts what it finds first; then the files may say more, and the vessel keeps to what is adopted', async () => {
    const first = await adoptedNow();
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    await brain.stop();
    await edit(domains('github.com', 'example.com', 'example.org'));
    brain = await vessel.startWorker('brain');
    expect(await adoptedNow()).toBe(first);
    expect(await recorded('policy_held')).toHaveLength(1);
    expect((await as('ana', 'status')).stdout).toContain('the vessel keeps to');
  });

  it('is proposed, recommended by three with keys of their own, and not adopted before its days are over, whoever signs', async () => {
    const first = await adoptedNow();
    expect((await as('claude', 'policy', 'recommend', 'yes', ...reason)).exitCode).not.toBe(0);
    expect((await as('ana', 'policy', 'adopt', ...reason)).exitCode).not.toBe(0);
    expect(await as('ana', 'policy', 'propose', ...reason)).toMatchObject({ exitCode: 0 });
    for (const [index, by] of recommenders.entries()) {
      const early = await as('ana', 'policy', 'adopt', ...reason);
      expect(early.stderr + early.stdout).toContain('it is recommended by');
      expect(await as(by, 'policy', 'recommend', 'yes', ...reason)).toMatchObject({ exitCode: 0 });
      expect(await recorded('policy_recommended')).toHaveLength(index + 1);
    }
    const early = await as('ana', 'policy', 'adopt', ...reason);
    expect(early.exitCode).not.toBe(0);
    expect(early.stderr + early.stdout).toContain('days since the last recommendation are not over');
    expect((await as('claude', 'policy', 'adopt', ...reason)).exitCode).not.toBe(0);
    expect(await adoptedNow()).toBe(first);
    expect(await recorded('policy_adopted')).toHaveLength(1);
  });

  it('counts at once where it is only stricter', async () => {
    const first = await adoptedNow();
    await brain.stop();
    await edit(domains('github.com'));
    brain = await vessel.startWorker('brain');
    expect(await adoptedNow()).not.toBe(first);
    expect(await recorded('policy_adopted')).toHaveLength(2);
  });
});
