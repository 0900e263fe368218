import type { PublishedControls } from '../../../domain/controls/published.js';
import { visible } from '../../../domain/text/visible.js';
import type { Context } from '../../command.js';
import { paint, table } from '../../terminal/output.js';
import { sparkline } from '../../terminal/sparkline.js';
import { when } from '../../terminal/times.js';
import type { SeenControls } from './look.js';

type Row = readonly [string, string];

const percent = (share: number | undefined) => (share === undefined ? '?' : `${Math.round(100 * share)} %`);
const rounded = (value: number) => String(Math.round(value * 100) / 100);
const thousands = (value: number) => value.toLocaleString('en-US');

const stageColors = { SEALED: 'green', VENTING: 'yellow', EMERGENCY: 'red', CRITICAL: 'red' } as const;

function holdRows({ orders: { holds, thinkingSuspended } }: SeenControls, context: Context): readonly Row[] {
  const held = [
    ...(holds.starts === undefined ? [] : [`nothing starts: ${visible(holds.starts)}`]),
    ...(holds.network === undefined ? [] : [`nothing new on the network: ${visible(holds.network)}`]),
    ...(thinkingSuspended ? ['thinking is suspended: ubos controls release'] : []),
  ];
  return held.map((text) => ['held', paint(context, 'yellow', context.here(text))]);
}

function setpointRow({ config: { harness, controls } }: SeenControls): Row {
  const { governor, relief } = controls;
  const ofGovernor = governor.enabled
    ? `backlog ${governor.targetBacklog} · kp ${governor.proportionalGain}, ki ${governor.integralGain}`
    : 'no governor';
  const ofRelief = relief.enabled
    ? `relief at CPU ${percent(relief.cpuThreshold)} for ${relief.sampleSeconds} s, memory ${thousands(relief.memoryThresholdMb)} MB`
    : 'no relief valve';
  return ['setpoints', `at most ${harness.concurrencyMax} · ${ofGovernor} · ${ofRelief}`];
}

function figureRows({ figures, work, host, ticking, orders }: PublishedControls): readonly Row[] {
  const { pressure, terms, ceiling, missing } = figures;
  const { cpuUse, cpuStall, memory, memoryStall, bound } = pressure;
  const { swap, disk, processes, connections } = host;
  const counted = (value: number | undefined, what: string) => (value === undefined ? [] : [`${thousands(value)} ${what}`]);
  const ofHost = [
    `swap ${percent(swap)}`,
    `disk ${percent(disk)}`,
    ...counted(processes, 'processes'),
    ...counted(connections, 'connections'),
  ];
  const { error, proportional, integral, ramp } = terms;
  return [
    [
      'work',
      `${work.running} running, ${work.waiting} waiting · ${thousands(work.reservedMb)} of ${thousands(orders.memoryCeilingMb)} MB reserved`,
    ],
    [
      'governor',
      `error ${rounded(error)} · P ${rounded(proportional)} · I ${rounded(integral)} · ramp ${rounded(ramp)} · ceiling ${rounded(ceiling)}`,
    ],
    [
      'pressure',
      `CPU ${percent(cpuUse)}, stall ${percent(cpuStall)} · memory ${percent(memory)} of ${percent(bound)}, stall ${percent(memoryStall)}`,
    ],
    ['host', ofHost.join(' · ')],
    [
      'ticks',
      `${thousands(ticking.ticks)}, ${ticking.missed} missed · jitter p50 ${ticking.jitterP50Ms} ms, p99 ${ticking.jitterP99Ms} ms`,
    ],
    ...(missing.length === 0 ? [] : [['not read', `${missing.join(', ')}: nothing is raised`] as const]),
  ];
}

/** Left of the sparklines stand their names. */
const nameWidth = 11;
/** Right of them, the largest figure: " 100 %". */
const figureWidth = 8;

function pastRows({ past, concurrencyMax }: PublishedControls, { columns }: Context): readonly Row[] {
  const width = Math.min(past.limit.length, Math.max(4, columns - nameWidth - figureWidth));
  const line = (values: readonly number[], top: number, unit: string): string => {
    const shown = values.slice(-width);
    return `${sparkline(shown, width, top)} ${shown.at(-1) ?? 0}${unit}`;
  };
  if (width === 0) return [];
  const minutes = Math.max(1, Math.round((width * past.everySeconds) / 60));
  return [
    ['past', `${minutes} min, the last figure at the right`],
    ['limit', line(past.limit, concurrencyMax, '')],
    ['running', line(past.running, concurrencyMax, '')],
    ['waiting', line(past.waiting, 0, '')],
    ['stall', line(past.stall, 100, ' %')],
    ['memory', line(past.memory, 100, ' %')],
  ];
}

/** What `ubos controls` shows a person. */
export function controlsPicture(seen: SeenControls, context: Context): string {
  const { published, isDriven, orders } = seen;
  const stage = paint(context, stageColors[orders.stage], orders.stage);
  const who =
    published === undefined
      ? 'no worker has driven the controls of this host yet: npm start'
      : isDriven
        ? `pid ${published.pid} drives it`
        : `nobody has driven it since ${when(new Date(published.at), context, 'iso')}: npm start`;
  const said = isDriven ? who : paint(context, 'yellow', context.here(who));
  const rows: readonly Row[] = [
    ['controls', `limit ${orders.concurrency} of ${seen.config.harness.concurrencyMax} · ${stage} · ${said}`],
    ...holdRows(seen, context),
    setpointRow(seen),
    ...(published === undefined ? [] : [...figureRows(published), ...pastRows(published, context)]),
  ];
  return table(rows, context.columns, { overflow: 'wrap' });
}

/** One line, for `ubos status` and for whoever reads line by line. */
export function controlsLine({ published, isDriven, orders, config }: SeenControls): string {
  const limit = `limit ${orders.concurrency} of ${config.harness.concurrencyMax} · ${orders.stage}`;
  if (published === undefined || !isDriven) return `${limit} · nobody drives the controls of this host`;
  const { pressure } = published.figures;
  const held = [orders.holds.starts, orders.holds.network].filter((why) => why !== undefined).map((why) => `held: ${visible(why)}`);
  const { running, waiting } = published.work;
  return [
    limit,
    `${running} running, ${waiting} waiting`,
    `CPU stall ${percent(pressure.cpuStall)}, memory ${percent(pressure.memory)}`,
    ...held,
  ].join(' · ');
}
