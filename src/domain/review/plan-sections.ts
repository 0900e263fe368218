import type { ExecutionPlan, PlannedCommand } from '../action/plan.js';
import { rollbackSequence } from '../action/plan.js';
import { toSnakeCase, visible } from '../text/visible.js';
import type { Block, Emphasis, Section } from './section.js';
import { section } from './section.js';

/* What will really run, from the plan that the digest covers. */

interface Planned {
  readonly plan?: ExecutionPlan | undefined;
}

function commandBlocks({ path, args, stdin, expect = {} }: PlannedCommand): Block[] {
  return [
    { form: 'command', argv: [path, ...args].map((word) => visible(word)) },
    ...(stdin === undefined
      ? []
      : ([
          { form: 'item', text: `stdin (${stdin.length} characters):` },
          { form: 'content', text: visible(stdin, { keepNewlines: true }) },
        ] satisfies Block[])),
    ...Object.entries(expect).map(([name, value]): Block => ({
      form: 'item',
      text: `expects ${toSnakeCase(name)}: ${visible(JSON.stringify(value))}`,
    })),
  ];
}

export function willRun({ plan }: Planned): Section | undefined {
  return plan && section('will_run', 'WILL RUN', plan.steps.flatMap(commandBlocks));
}

export function sandbox({ plan }: Planned): Section | undefined {
  if (plan === undefined) return undefined;
  const { network, grants, limits, minimumTier, dryRun } = plan;
  const domains = network.length === 0 ? 'none' : network.map((domain) => visible(domain)).join(', ');
  const granted = grants.map(({ path, writable }) => ` · ${writable ? 'rw' : 'ro'} ${visible(path)}`);
  const tier = minimumTier === undefined ? '' : ` · enforced by ${minimumTier} or better`;
  const { cpuSeconds, cpuPercent, wallSeconds, memoryMb, diskWriteMb, workspaceMb, processes } = limits;
  const share = cpuPercent === undefined ? '' : ` at ${cpuPercent} %`;
  const whole = workspaceMb === undefined ? '' : ` · workspace ${workspaceMb} MB`;
  return section('sandbox', 'SANDBOX', [
    { form: 'line', text: `network ${domains} · system read-only · rw /workspace${granted.join('')}` },
    {
      form: 'line',
      text: `${cpuSeconds} s CPU${share} · ${wallSeconds} s wall · ${memoryMb} MB memory · ${diskWriteMb} MB writes${whole} · ${processes} processes${tier}`,
    },
    ...(dryRun ? [{ form: 'line', text: 'DRY RUN: nothing will be started', emphasis: 'alarm' } satisfies Block] : []),
  ]);
}

/** What it can touch beyond its own workspace, whatever its commands say (spec C6). */
export function reaches({ plan }: Planned): Section | undefined {
  if (plan === undefined) return undefined;
  const { grants, network, irreversible = [] } = plan;
  const within = (label: string, found: readonly string[], emphasis?: Emphasis): Block[] =>
    found.map((each) => ({ form: 'item', text: `${label} ${visible(each)}`, emphasis }));
  const named = (writable: boolean) =>
    grants.filter((grant) => grant.writable === writable).map(({ name, path }) => `${path} (grant ${name})`);
  const blocks = [
    ...within('may change:', named(true), 'medium'),
    ...within('may read:', named(false)),
    ...within('may talk to:', network),
    ...within('cannot be undone: what is done with', irreversible, 'medium'),
  ];
  return section('reaches', 'REACHES', blocks.length > 0 ? blocks : [{ form: 'line', text: 'nothing but its workspace' }]);
}

/** In the order in which it runs when the last step fails (spec X8). What a step is undone by says so where there are several steps. */
export function onFailure({ plan }: Planned): Section | undefined {
  if (plan === undefined) return undefined;
  const several = plan.steps.length > 1;
  const blocks = rollbackSequence(plan, plan.steps.length).flatMap(({ command }) => [
    ...commandBlocks(command),
    ...(several && command.undoes !== undefined
      ? [{ form: 'item', text: `only if step ${command.undoes + 1} was started` } satisfies Block]
      : []),
  ]);
  const afterStop =
    plan.rollbackUnderStop === 'run' ? 'also while an emergency stop stands' : 'after an emergency stop: when that is lifted';
  return section('on_failure', 'ON FAILURE', blocks.length === 0 ? [] : [...blocks, { form: 'item', text: afterStop }]);
}

export function probe({ plan }: Planned): Section | undefined {
  return plan?.probe && section('probe', 'PROBE (read-only, after an interruption)', commandBlocks(plan.probe));
}
