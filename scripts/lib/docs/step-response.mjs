import { pictured, picturedRun } from '../../../bench/controls/pictured.mjs';
import { sans, svg } from './picture-svg.mjs';

/** Where the picture of a step response lies, which docs/controls.md shows. */
export const stepResponseFile = 'docs/pictures/controls.svg';

const width = 760;
const plot = { left: 56, right: 16, width: 760 - 56 - 16 };
const panels = { actions: { top: 56, height: 190, max: 32 }, memory: { top: 282, height: 110, max: 100 } };
const seconds = pictured.seconds;

const rounded = (value) => Math.round(value * 10) / 10;
const x = (at) => rounded(plot.left + (at / seconds) * plot.width);
const y = ({ top, height, max }, value) => rounded(top + height - (value / max) * height);

/** A value holds until the next tick. */
const steps = (panel, samples, of) =>
  samples
    .map((sample, index) => (index === 0 ? `M${x(sample.at)} ${y(panel, of(sample))}` : `H${x(sample.at)}V${y(panel, of(sample))}`))
    .join('');

const text = (at, words, more = '') => `<text x="${at[0]}" y="${at[1]}"${more}>${words}</text>`;

function axes(panel, values, unit) {
  return values.flatMap((value) => [
    `<path class="grid" d="M${plot.left} ${y(panel, value)}H${width - plot.right}"/>`,
    text([plot.left - 8, y(panel, value) + 4], `${value}${unit}`, ' class="small" text-anchor="end"'),
  ]);
}

/** Times at which the relief valve was open, each with its stage. */
function stages(samples) {
  const found = [];
  for (const { at, stage } of samples) {
    const last = found.at(-1);
    if (last?.stage === stage) last.until = at + 0.5;
    else found.push({ stage, at, until: at + 0.5 });
  }
  return found.filter(({ stage }) => stage !== undefined && stage !== 'SEALED');
}

const bands = (samples) =>
  stages(samples).flatMap(({ stage, at, until }) => [
    `<rect class="band" x="${x(at)}" y="${panels.actions.top}" width="${rounded(x(until) - x(at))}" height="${panels.memory.top + panels.memory.height - panels.actions.top}"/>`,
    text([rounded((x(at) + x(until)) / 2), panels.actions.top + 16], stage, ' class="small strong" text-anchor="middle"'),
  ]);

const happened = [
  { at: 10, words: '120 jobs come' },
  { at: 45, words: '18 large ones' },
  { at: 65, words: 'others: +14 GB' },
];

function legend() {
  const entries = [
    ['limit', 'limit'],
    ['running', 'running'],
    ['waiting', 'waiting (up to 32)'],
  ];
  return entries.flatMap(([name, words], index) => [
    `<path class="${name}" d="M${plot.left + index * 110} 34h22"/>`,
    text([plot.left + 28 + index * 110, 38], words, ' class="small"'),
  ]);
}

/** Of the step of the controls: the limit, what runs, and the memory, as a simulated host has them. The same each time. */
export function stepResponsePicture(step) {
  const { samples } = picturedRun(step);
  const { actions, memory } = panels;
  const bottom = memory.top + memory.height;
  const height = bottom + 32;
  return svg({
    width,
    height,
    title: 'The limit of actions on a simulated host, second by second',
    description:
      'Eight cores, 32 GB. The limit is 1 while nothing waits; when 120 jobs come it doubles at each tick, and comes down again when the queue is empty. Large jobs start only as far as their memory is sure. Others take 14 GB: the relief valve goes to EMERGENCY, the youngest actions are ended, one runs at a time; when it closes, the limit grows by one at each tick.',
    style: `
text { font: 13px ${sans}; fill: #1d2733; }
.ground { fill: #fbfcfe; stroke: #c9d2dd; }
.small { font-size: 11px; fill: #55647a; }
.strong { font-weight: 600; fill: #9a3412; }
.grid { stroke: #d8dee4; fill: none; }
.band { fill: #ffedd5; }
.limit { stroke: #0550ae; stroke-width: 2; fill: none; }
.running { stroke: #1a7f37; stroke-width: 1.5; fill: none; }
.waiting { stroke: #8c959f; stroke-width: 1; stroke-dasharray: 3 3; fill: none; }
.memory { stroke: #6639ba; stroke-width: 1.5; fill: none; }
.bound { stroke: #cf222e; stroke-dasharray: 5 4; fill: none; }
.event { stroke: #8c959f; stroke-dasharray: 2 3; fill: none; }
@media (prefers-color-scheme: dark) {
  text { fill: #dfe6ee; }
  .ground { fill: #14181f; stroke: #3a4352; }
  .small { fill: #a3b0c1; }
  .strong { fill: #f0a774; }
  .grid { stroke: #2a323e; }
  .band { fill: #3a2718; }
  .limit { stroke: #6cb6ff; }
  .running { stroke: #57ab5a; }
  .memory { stroke: #b083f0; }
}`,
    body: [
      `<rect class="ground" width="${width}" height="${height}" rx="8"/>`,
      ...bands(samples),
      ...axes(actions, [0, 8, 16, 24, 32], ''),
      ...axes(memory, [0, 50, 100], ' %'),
      ...happened.map(({ at }) => `<path class="event" d="M${x(at)} ${actions.top}V${bottom}"/>`),
      ...happened.map(({ at, words }) => text([x(at) + 4, actions.top - 4], words, ' class="small"')),
      `<path class="waiting" d="${steps(actions, samples, ({ waiting }) => Math.min(actions.max, waiting))}"/>`,
      `<path class="running" d="${steps(actions, samples, ({ running }) => running)}"/>`,
      `<path class="limit" d="${steps(actions, samples, ({ limit }) => limit)}"/>`,
      `<path class="bound" d="M${plot.left} ${y(memory, 90)}H${width - plot.right}"/>`,
      `<path class="memory" d="${steps(memory, samples, (sample) => 100 * sample.memory)}"/>`,
      text([plot.left, memory.top - 8], 'memory of the host; dashed: the bound', ' class="small"'),
      ...[0, 30, 60, 90, 120, 150].map((at) =>
        text([Math.min(x(at), width - 24), bottom + 18], `${at} s`, ' class="small" text-anchor="middle"'),
      ),
      text([plot.left, 20], 'Actions: limit, running, waiting'),
      ...legend(),
    ],
  });
}
