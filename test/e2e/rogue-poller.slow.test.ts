import { mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { defaultPayloadConverter } from '@temporalio/common';
import type { TemporalClient } from '../../src/client/connect.js';
import { connect } from '../../src/client/connect.js';
import { loadTemporalConnection } from '../../src/client/temporal-connection.js';
import type { StartRequest } from '../../src/contract/hands.js';
import type { ExecutionResult } from '../../src/domain/action/result.js';
import type { SignedAnswer } from '../../src/domain/action/answer.js';
import { closeAtTheEnd } from '../support/closing.js';
import { aScript } from '../support/sandbox/actions.js';
import { until } from '../support/until.js';
import type { DevServer } from '../support/vessel/dev-server.js';
import { openDevServer } from '../support/vessel/dev-server.js';
import type { Vessel, WorkerProcess } from '../support/vessel/vessel.js';
import { openVessel } from '../support/vessel/vessel.js';

interface Question {
  readonly type: string;
  readonly input: StartRequest;
  answer(result: unknown): Promise<unknown>;
}

/** The server gives a task to whoever polls for it, and does not say who answered. */
describe('whoever polls the queue of the hands (spec X5)', () => {
  let server: DevServer;
  let vessel: Vessel;
  let temporal: TemporalClient;
  let hands: WorkerProcess | undefined;
  let queue: string;
  /** Where the ledger is asked: it is never held back. */
  let rollbackQueue: string;

  const as = (person: string, ...args: string[]) =>
    vessel.ubos(args, { env: { JANUS_USER: person, XDG_CONFIG_HOME: join(vessel.home, 'people', person) } });
  const handsCome = async () => void (hands = await vessel.startWorker('hands'));
  const handsGo = () => hands?.stop();

  beforeAll(async () => {
    server = await openDevServer();
    const folder = await mkdtemp(join(tmpdir(), 'janus-rogue-'));
    const allowed_signers = join(folder, 'allowed_signers');
    vessel = await openVessel(server, {
      folder,
      agent: { approvals: { allowed_signers, self_approval: 'allowed', groups: { first_citizen: ['ana', 'bo'] } } },
    });
    for (const person of ['ana', 'bo']) {
      expect(await as(person, 'keys', 'init', person)).toMatchObject({ exitCode: 0 });
      const key = join(vessel.home, 'people', person, 'janus', 'keys', `${person}.pub`);
      expect(await as('ana', 'keys', 'add', person, key)).toMatchObject({ exitCode: 0 });
    }
    await vessel.startWorker('brain');
    // Once, for the brain to know their key.
    await handsCome();
    await handsGo();
    temporal = await connect(loadTemporalConnection({}, vessel.home));
    closeAtTheEnd(() => temporal.close());
    const { host } = JSON.parse((await vessel.ubos(['config', 'show', '--json'])).stdout) as { host: string };
    queue = `${vessel.id}.hands.${host}`;
    rollbackQueue = `${vessel.id}.rollback.${host}`;
  });

  const asked = (of = queue): Promise<Question> =>
    until('somebody is asked', async () => {
      const { namespace, client } = temporal;
      const service = client.workflowService;
      const task = await client.connection.withDeadline(Date.now() + 15_000, () =>
        service.pollActivityTaskQueue({ namespace, taskQueue: { name: of }, identity: 'rogue' }),
      );
      const { taskToken } = task;
      if (taskToken.length === 0) return undefined;
      const input: StartRequest = defaultPayloadConverter.fromPayload(task.input!.payloads![0]!);
      // The server gives nobody else the task while it is heard of.
      const heart = setInterval(() => void service.recordActivityTaskHeartbeat({ namespace, taskToken }).catch(() => undefined), 5_000);
      closeAtTheEnd(() => clearInterval(heart));
      const answer = (result: unknown) => {
        clearInterval(heart);
        const payloads = [defaultPayloadConverter.toPayload(result)];
        return service.respondActivityTaskCompleted({ namespace, taskToken, identity: 'rogue', result: { payloads } });
      };
      return { type: task.activityType?.name ?? '', input, answer };
    });

  /** An activity of his own on the same queue, for the hands to answer. */
  const calls = async (type: string, input: StartRequest): Promise<SignedAnswer<ExecutionResult>> => {
    const { stdout } = await vessel.temporal([
      ...['activity', 'execute', '--activity-id', `stranger-${(count += 1)}`, '--type', type, '--task-queue', queue],
      ...['--schedule-to-close-timeout', '20s', '--start-to-close-timeout', '15s', '--retry-maximum-attempts', '1'],
      ...['--input', JSON.stringify(input), '-o', 'json'],
    ]);
    return (JSON.parse(stdout) as { result: SignedAnswer<ExecutionResult> }).result;
  };
  let count = 0;
  const refusals = async (id: string) => (await vessel.trail(id)).filter((type) => type === 'result_refused').length;

  it('neither says what happened, nor keeps a permit by showing what hands had signed to another question', async () => {
    const id = await vessel.propose(aScript('touch ran'));
    expect(await as('ana', 'approve', id, '--digest', (await vessel.view(id)).digest ?? '')).toMatchObject({ exitCode: 0 });
    const execute = await asked();
    expect(execute).toMatchObject({
      type: 'executeAction',
      input: { permit: { signature: expect.any(String) }, approvals: [{ by: 'ana' }] },
    });
    const { permit, plan } = execute.input;
    await execute.answer({
      act: 'execute',
      signature: 'Zm9yZ2Vk',
      answer: { state: 'finished', ok: true, host: 'x', steps: [], problems: [] },
    });
    await vessel.reaches(id, 'indeterminate');

    const settle = await asked(rollbackQueue);
    expect(settle.type).toBe('settleAction');
    await handsCome();
    const refusal = await calls('executeAction', { permit, plan });
    expect(refusal).toMatchObject({
      act: 'execute',
      answer: { state: 'not_started', code: 'PERMIT_REFUSED' },
      signature: expect.stringMatching(/./),
    });
    await handsGo();
    await settle.answer(refusal);
    await until('it does not count', async () => ((await refusals(id)) === 2 ? true : undefined));
    expect(await vessel.view(id)).toMatchObject({ status: 'indeterminate' });

    await handsCome();
    expect(await vessel.reaches(id, 'failed')).toMatchObject({ reason: expect.stringContaining('never will be') });
    expect(await calls('executeAction', execute.input)).toMatchObject({ answer: { state: 'not_started', code: 'CLOSED' } });
    expect(await vessel.records('tool_use')).toEqual([]);
    expect(await readdir(join(vessel.home, 'workspaces')).catch(() => [])).toEqual([]);
    expect(await vessel.ubos(['audit', 'reconcile'])).toMatchObject({ exitCode: 0 });
  });
});
