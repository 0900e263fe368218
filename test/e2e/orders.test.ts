import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { OrderAnswer } from '../../src/contract/orders.js';
import { scheduleIds, vesselWorkflowId } from '../../src/contract/names.js';
import { aScript } from '../support/sandbox/actions.js';
import type { DevServer } from '../support/vessel/dev-server.js';
import { openDevServer } from '../support/vessel/dev-server.js';
import { until } from '../support/until.js';
import type { UbosResult, Vessel } from '../support/vessel/vessel.js';
import { openVessel } from '../support/vessel/vessel.js';

let server: DevServer;
beforeAll(async () => {
  server = await openDevServer();
});

interface Printed {
  readonly id: string;
}
const idIn = ({ stdout }: UbosResult) => (JSON.parse(stdout) as Printed).id;

/** As anybody can who reaches the port. */
async function sends(vessel: Vessel, order: object): Promise<OrderAnswer> {
  const input = JSON.stringify(order);
  const args = ['workflow', 'update', 'execute', '-w', vesselWorkflowId(vessel.id), '--name', 'order', '--input', input, '-o', 'json'];
  const { stdout, stderr } = await vessel.temporal(args);
  const { result } = JSON.parse(stdout || '{}') as { result?: OrderAnswer };
  if (result === undefined) throw new Error(stdout + stderr);
  return result;
}

const noteOf = async (vessel: Vessel): Promise<string> => {
  const { stdout } = await vessel.temporal(['schedule', 'describe', '-s', scheduleIds.thinkingCycle(vessel.id), '-o', 'json']);
  const { schedule } = JSON.parse(stdout) as { schedule: { state: { paused?: boolean; notes?: string } } };
  return schedule.state.paused === true ? (schedule.state.notes ?? '') : '';
};

describe('a stop and its end, where there are keys (spec K1, K3, A3)', () => {
  let vessel: Vessel;
  const as = (person: string, ...args: string[]) =>
    vessel.ubos(args, { env: { JANUS_USER: person, XDG_CONFIG_HOME: join(vessel.home, 'people', person) } });
  const stopped = () => as('ana', 'stop', '--reason', 'smoke', '--json').then(idIn);
  const paused = (id: string) =>
    until('thinking is paused', async () => ((await noteOf(vessel)) === `emergency stop ${id}` ? true : undefined));
  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'janus-orders-'));
    const approvals = {
      allowed_signers: join(folder, 'allowed_signers'),
      revoked_signers: join(folder, 'revoked_signers'),
      groups: { first_citizen: ['ana', 'bo'] },
    };
    vessel = await openVessel(server, { folder, agent: { approvals } });
    for (const person of ['ana', 'bo']) {
      await as(person, 'keys', 'init', person);
      const key = join(vessel.home, 'people', person, 'janus', 'keys', `${person}.pub`);
      expect(await as('ana', 'keys', 'add', person, key)).toMatchObject({ exitCode: 0 });
    }
    await vessel.startWorker();
  });

  it('ends by a signed word about this very stop, and by nothing else that anybody sends or removes', async () => {
    const first = await stopped();
    await paused(first);
    const unsigned = { kind: 'resume', of: first, by: 'ana', reason: 'all is well' };
    expect(await sends(vessel, unsigned)).toMatchObject({ accepted: false, code: 'SIGNATURE_REQUIRED' });
    // By hand, both of them: the trail knows better.
    await rm(join(vessel.home, 'EMERGENCY_STOP'), { force: true });
    await rm(join(vessel.home, 'controls', 'stop.json'), { force: true });
    const { stdout } = await vessel.ubos(['propose', '-f', '-', '--json'], {
      input: JSON.stringify(aScript('echo ran')),
      env: { JANUS_USER: 'ana', XDG_CONFIG_HOME: join(vessel.home, 'people', 'ana') },
    });
    const { proposal_id: id } = JSON.parse(stdout) as { proposal_id: string };
    expect((await vessel.reaches(id, 'suspended')).reason).toContain(`${first} is on record`);
    expect(await as('ana', 'resume', first, '--reason', 'all is well')).toMatchObject({ exitCode: 0 });
    await until('thinking goes on', async () => ((await noteOf(vessel)) === '' ? true : undefined));

    const record = (await vessel.records('mission_log')).find(({ event_type: type }) => type === 'vessel_resumed');
    const { by, statement, signature } = (record!['orders'] as { by: string; statement: string; signature: string }[])[0]!;
    const second = await stopped();
    expect(second).not.toBe(first);
    const replayed = { kind: 'resume', by, reason: 'all is well', statement, signature };
    expect(await sends(vessel, { ...replayed, of: first })).toMatchObject({ accepted: false, code: 'ALREADY_RESUMED' });
    expect(await sends(vessel, { ...replayed, of: second })).toMatchObject({ accepted: false, code: 'WRONG_ORDER' });
    expect(existsSync(join(vessel.home, 'EMERGENCY_STOP'))).toBe(true);
    expect(await as('bo', 'resume', second, '--reason', 'again')).toMatchObject({ exitCode: 0 });
    expect(existsSync(join(vessel.home, 'EMERGENCY_STOP'))).toBe(false);
    expect(await as('bo', 'resume', second, '--reason', 'again')).toMatchObject({ exitCode: 5 });
  });

  it('anybody can hold, nobody releases without a key', async () => {
    const held = await sends(vessel, { kind: 'hold', by: 'mallory', reason: 'because I can' });
    expect(held).toMatchObject({ accepted: true, hands: { cleared: [] } });
    const of = held.standing?.setting.id ?? '';
    expect(await sends(vessel, { kind: 'release', of, by: 'ana', reason: 'x' })).toMatchObject({ code: 'SIGNATURE_REQUIRED' });
    expect(await as('ana', 'controls', 'set', '--max', '64', '--reason', 'more of it')).toMatchObject({ exitCode: 2 });
    expect(await as('ana', 'controls', 'release', of, '--reason', 'fine')).toMatchObject({ exitCode: 0 });
  });
});

it('without keys a stop is ended by its whole id, and the trail says that nobody signed (spec K1)', async () => {
  const vessel = await openVessel(server);
  const stop = await vessel.ubos(['stop', '--reason', 'smoke', '--json']);
  const worker = await vessel.startWorker();
  const id = idIn(stop);
  expect(await vessel.ubos(['resume', '--reason', 'all is well'])).toMatchObject({ exitCode: 2 });
  expect(await vessel.ubos(['resume', id.slice(0, 12), '--reason', 'all is well'])).toMatchObject({ exitCode: 5 });
  expect(await vessel.ubos(['resume', id, '--reason', 'all is well'])).toMatchObject({ exitCode: 0 });
  const log = await vessel.records('mission_log');
  expect(log.find(({ event_type: type }) => type === 'vessel_resumed')).toMatchObject({ of: id, assurance: 'unsigned' });
  await worker.stop();
});
