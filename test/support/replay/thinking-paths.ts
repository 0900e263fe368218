import type { ScheduledType } from '../../../src/contract/activities.js';
import { queues, scheduleIds, workflowTypes } from '../../../src/contract/names.js';
import type { ModelAnswer } from '../../../src/domain/model/answer.js';
import type { Bench } from '../bench/bench.js';
import { vessel } from '../bench/knobs.js';
import { aCandidate, aCatalogue, answered } from '../vessel/minds.js';
import type { Path } from './decision-paths.js';

const chooses = (...paths: readonly string[]) => answered(paths.map((path) => aCandidate({ parameters: { path } })));
const fails = (code: Extract<ModelAnswer, { kind: 'failed' }>['code']): ModelAnswer => ({ kind: 'failed', code, why: 'as the walk says' });

/** What the model answers, one call after the other. */
function says({ knobs }: Bench, ...answers: readonly ModelAnswer[]): void {
  const left = [...answers];
  knobs.model = { ask: async () => left.shift() ?? fails('unreachable') };
}

interface Cycle {
  readonly type?: ScheduledType;
  /** Nobody's Schedule started it. */
  readonly isStranger?: boolean;
}

/** A cycle of a mind that may ask a model. Nobody who replays it can reach one: what it said stands in the history. */
const thinks = (name: string, prepare: (bench: Bench) => unknown, { type = 'thinkingCycle', isStranger = false }: Cycle = {}): Path => ({
  name: `thinking-${name}`,
  walk: async (bench) => {
    Object.assign(bench.knobs, { catalogue: aCatalogue, thinking: { autonomous: true, seconds: 30 } });
    bench.knobs.cycle = async () => ({ metrics: { disk_usage_percent: 91 }, proposals: [], skipped: [], matched: [] });
    await prepare(bench);
    return bench.server.client.workflow.start(workflowTypes.thinkingCycle, {
      workflowId: `${scheduleIds[type](vessel)}-of-${name}`,
      taskQueue: queues.brain(vessel),
      args: [isStranger ? { vessel, voucher: 'forged' } : bench.scheduled(type)],
    });
  },
});

/** A playbook fires, before the model is asked. */
function playbookFires(bench: Bench): void {
  const proposal = { playbookId: 'rotate', document: bench.document('exit 0'), actionKey: 'key', approvalSeconds: 60 };
  bench.knobs.cycle = async () => ({ metrics: { disk_usage_percent: 91 }, proposals: [proposal], skipped: [], matched: ['rotate'] });
}

/** What a cycle thinks, and whatever becomes of its model. */
export const thinkingPaths: readonly Path[] = [
  thinks('chosen-by-model', (bench) => says(bench, chooses('var/a', 'var/b'))),
  thinks('after-a-playbook', (bench) => (playbookFires(bench), says(bench, chooses('var/c')))),
  thinks('repaired', (bench) => says(bench, answered([aCandidate({ action: 'nonsense' })]), chooses('var/d'))),
  thinks('dropped', (bench) => says(bench, ...Array.from({ length: 2 }, () => answered([aCandidate({ evidence: [] })])))),
  thinks('nothing-chosen', (bench) => says(bench, answered([]))),
  ...(['unreachable', 'timeout', 'not_json', 'too_large'] as const).map((code) =>
    thinks(`model-${code.replace('_', '-')}`, (bench) => (playbookFires(bench), says(bench, fails(code)))),
  ),
  thinks('model-switched-off', (bench) => void (bench.knobs.thinking.autonomous = false)),
  thinks('idle', (bench) => {
    bench.knobs.cycle = async () => ({ metrics: {}, proposals: [], skipped: [], idle: 'stopped' });
  }),
  thinks('rehearsed', (bench) => (playbookFires(bench), says(bench, chooses('var/f'))), { type: 'rehearsal' }),
  thinks('of-a-stranger', (bench) => says(bench, chooses('var/g')), { isStranger: true }),
];
