import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { execa } from 'execa';
import { aScript } from '../support/sandbox/actions.js';
import type { DevServer } from '../support/vessel/dev-server.js';
import { openDevServer, temporalCli } from '../support/vessel/dev-server.js';
import { until } from '../support/until.js';
import type { UbosResult, Vessel, WorkerProcess } from '../support/vessel/vessel.js';
import { openVessel } from '../support/vessel/vessel.js';

/** Keys of ssh-keygen, `ubos` as people type it, a server that knows no users: who may start something, and who may not (spec A3, A4). */
describe('signed decisions (spec A3)', () => {
  let server: DevServer;
  let vessel: Vessel;
  let worker: WorkerProcess;

  /** `ubos` of one person: a key folder and a name of their own. */
  const as = (person: string, ...args: string[]): Promise<UbosResult> =>
    vessel.ubos(args, { env: { JANUS_USER: person, XDG_CONFIG_HOME: join(vessel.home, 'people', person) } });
  const keyOf = (person: string) => join(vessel.home, 'people', person, 'janus', 'keys', person);
  const proposed = async (person: string, script: string, more: Readonly<Record<string, unknown>> = {}): Promise<string> => {
    const { stdout, stderr } = await vessel.ubos(['propose', '-f', '-', '--json'], {
      input: JSON.stringify(aScript(script, more)),
      env: { JANUS_USER: person, XDG_CONFIG_HOME: join(vessel.home, 'people', person) },
    });
    const { proposal_id: id } = JSON.parse(stdout || '{}') as { proposal_id?: string };
    if (id === undefined) throw new Error(stdout + stderr);
    return id;
  };
  /** In a pipe nobody is asked, so it is named by its digest. */
  const consents = async (person: string, verb: string, id: string, ...more: string[]) =>
    as(person, verb, id, '--digest', (await vessel.view(id)).digest ?? '', ...more);
  const recordsOf = async (id: string) => (await vessel.records()).filter(({ action_id }) => action_id === id);
  const refusal = (id: string, code: string) =>
    until(`the trail says ${code}`, async () =>
      (await recordsOf(id)).find((record) => record.event_type === 'decision_refused' && record['code'] === code),
    );

  beforeAll(async () => {
    server = await openDevServer();
    const folder = await mkdtemp(join(tmpdir(), 'janus-signed-'));
    const approvals = {
      allowed_signers: join(folder, 'allowed_signers'),
      revoked_signers: join(folder, 'revoked_signers'),
      groups: { first_citizen: ['ana', 'bo', 'cy'] },
      break_glass: { group: 'first_citizen', review_hours: 1 },
      rules: [{ when: { risk: 'high' }, all_of: [{ group: 'first_citizen', approve: 2 }] }],
    };
    vessel = await openVessel(server, { folder, agent: { approvals } });
    for (const person of ['ana', 'bo', 'cy', 'mallory']) expect(await as(person, 'keys', 'init', person)).toMatchObject({ exitCode: 0 });
    for (const person of ['ana', 'bo', 'cy'])
      expect(await as('ana', 'keys', 'add', person, `${keyOf(person)}.pub`)).toMatchObject({ exitCode: 0 });
    worker = await vessel.startWorker();
  });

  it('start what they name, and the trail says whose key it was', async () => {
    const id = await proposed('ana', 'echo ran 1 >> trace');
    expect(await consents('bo', 'approve', id)).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('signed') });
    await vessel.reaches(id, 'completed');
    const approved = (await recordsOf(id)).find(({ event_type: type }) => type === 'action_approved');
    const { stdout: fingerprint } = await execa('ssh-keygen', ['-l', '-f', `${keyOf('bo')}.pub`]);
    expect(JSON.stringify(approved)).toContain(fingerprint.split(' ')[1]);
  });

  it('are all that counts: a bare signal, a stranger with a key of his own and the proposer start nothing', async () => {
    const id = await proposed('ana', 'echo ran 2 >> trace');
    const { digest } = await vessel.view(id);
    const bare = JSON.stringify({ by: 'bo', digest });
    await vessel.temporal(['workflow', 'signal', '-w', id, '--name', 'approve', '--input', bare]);
    await refusal(id, 'SIGNATURE_REQUIRED');
    const forged = await consents('mallory', 'approve', id, '--by', 'bo', '--key', keyOf('mallory'));
    expect(forged).toMatchObject({ exitCode: 4, stderr: expect.stringContaining('is in no line of allowed_signers') });
    expect(await consents('ana', 'approve', id)).toMatchObject({ exitCode: 4, stderr: expect.stringContaining('does not approve it') });
    expect(await vessel.view(id)).toMatchObject({ status: 'proposed' });
    expect(await as('bo', 'reject', id, '--reason', 'enough of it')).toMatchObject({ exitCode: 0 });
    await vessel.reaches(id, 'rejected');
    expect(await vessel.trail(id)).not.toContain('start_authorised');
  });

  it('may be sent by the temporal CLI, once: the same line again is a replay', async () => {
    const id = await proposed('ana', 'echo ran 3 >> trace', { risk_level: 'high' });
    const { stdout: line } = await consents('bo', 'approve', id, '--print-signal');
    const send = () =>
      execa('/bin/sh', ['-c', line], { env: { PATH: `${join(temporalCli(), '..')}:/usr/bin:/bin`, TEMPORAL_ADDRESS: server.address } });
    await send();
    await until('one of two', async () => ((await vessel.view(id)).needs?.includes('1 of 2') === true ? true : undefined));
    await send();
    await refusal(id, 'REPLAYED');
    const { stdout: list } = await as('cy', 'proposals', 'show', id);
    expect(list).toContain('1 of 2');
    expect(await consents('cy', 'approve', id)).toMatchObject({ exitCode: 0 });
    await vessel.reaches(id, 'completed');
  });

  it('start it alone in an emergency, and the others are asked afterwards (spec A4)', async () => {
    const id = await proposed('ana', 'echo ran 4 >> trace', { risk_level: 'high' });
    expect(await consents('bo', 'break-glass', id, '--reason', 'the disk fills up')).toMatchObject({ exitCode: 0 });
    await vessel.reaches(id, 'completed');
    const review = `${id}-review`;
    await vessel.reaches(review, 'proposed');
    expect(await consents('bo', 'approve', review)).toMatchObject({ exitCode: 4, stderr: expect.stringContaining('bo') });
    expect(await as('cy', 'reject', review, '--reason', 'it could have waited')).toMatchObject({ exitCode: 0 });
    await vessel.reaches(review, 'rejected');
    expect((await vessel.records('mission_log')).map(({ event_type: type }) => type)).toContain('break_glass_condemned');
  });

  it('of a key that was revoked start nothing any more, without a restart', async () => {
    const id = await proposed('ana', 'echo ran 5 >> trace');
    expect(await as('ana', 'keys', 'revoke', 'bo')).toMatchObject({ exitCode: 0 });
    expect(await consents('bo', 'approve', id)).toMatchObject({ exitCode: 4 });
    expect(await vessel.view(id)).toMatchObject({ status: 'proposed' });
    await worker.stop();
    worker = await vessel.startWorker();
    expect(await consents('bo', 'approve', id)).toMatchObject({ exitCode: 4 });
    expect(await consents('cy', 'approve', id)).toMatchObject({ exitCode: 0 });
    await vessel.reaches(id, 'completed');
  });
});
