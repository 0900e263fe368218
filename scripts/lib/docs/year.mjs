import { sans, svg } from './picture-svg.mjs';

/** What the year in a minute came to, as `npm run demo:year` wrote it down, and its picture, which docs/modes.md shows. */
export const yearFile = 'docs/pictures/year.json';
export const yearPictureFile = 'docs/pictures/year.svg';

const share = (approved, rejected) => (approved + rejected === 0 ? undefined : (100 * approved) / (approved + rejected));
const sum = (numbers) => numbers.reduce((total, each) => total + each, 0);

/** The mode at the end of a day. */
const modeOf = ({ modes }, day) => modes.findLast(({ from }) => from <= day).mode;

/** One row to a line: a change of one day is one line of a diff. */
export const yearText = ({ modes, events, ...rows }) => {
  const listed = (list) => `[\n${list.map((each) => `    ${JSON.stringify(each)}`).join(',\n')}\n  ]`;
  const all = [
    ['modes', listed(modes)],
    ['events', listed(events)],
    ...Object.entries(rows).map(([name, row]) => [name, JSON.stringify(row)]),
  ];
  return `{\n${all.map(([name, text]) => `  "${name}": ${text}`).join(',\n')}\n}\n`;
};

const rowDays = 10;

function rowOf(year, from) {
  const last = Math.min(from + rowDays, year.alone.length) - 1;
  const [approved, rejected] = [year.approved[last], year.rejected[last]];
  const percent = share(approved, rejected);
  const rate = percent === undefined ? '' : `${percent.toFixed(1)} %`;
  const alone = sum(year.alone.slice(from, last + 1));
  const decided = `${approved} of ${approved + rejected}`;
  return `${String(from).padStart(4)}  ${modeOf(year, last).padEnd(6)}${decided.padStart(12)}${rate.padStart(9)}  ${String(alone).padStart(5)}  ${'#'.repeat(Math.min(alone, 38))}`.trimEnd();
}

/** The year in at most 80 columns: ten days to a row, and what happened in them. */
export function yearLines(year) {
  const rows = Array.from({ length: Math.ceil(year.alone.length / rowDays) }, (_, index) => index * rowDays);
  return [
    ' day  mode      approved by people   alone',
    ...rows.flatMap((from) => [
      ...year.events
        .filter(({ day }) => day >= from && day < from + rowDays)
        .map(({ day, what }) => `${String(day).padStart(4)}  > ${what}`),
      rowOf(year, from),
    ]),
  ];
}

const width = 760;
const plot = { left: 56, right: 16, width: 760 - 56 - 16 };
const panels = { mode: { top: 50, height: 26 }, rate: { top: 110, height: 120, min: 75, max: 100 }, alone: { top: 262, height: 80 } };
const bottom = panels.alone.top + panels.alone.height;

const rounded = (value) => Math.round(value * 10) / 10;
const text = (at, words, more = '') => `<text x="${at[0]}" y="${at[1]}"${more}>${words}</text>`;

function modeBands({ modes, alone }, x) {
  const { top, height } = panels.mode;
  return modes.flatMap(({ from, mode }, index) => {
    const until = modes[index + 1]?.from ?? alone.length;
    return [
      `<rect class="${mode}" x="${x(from)}" y="${top}" width="${rounded(x(until) - x(from))}" height="${height}"/>`,
      text([rounded((x(from) + x(until)) / 2), top + 18], mode, ' class="strong" text-anchor="middle"'),
    ];
  });
}

function rateLine({ approved, rejected }, x) {
  const { top, height, min, max } = panels.rate;
  const y = (value) => rounded(top + height - ((Math.max(min, value) - min) / (max - min)) * height);
  const points = approved.flatMap((each, day) => {
    const percent = share(each, rejected[day]);
    return percent === undefined ? [] : [`${x(day + 1)} ${y(percent)}`];
  });
  return [
    ...[80, 90, 100].flatMap((value) => [
      `<path class="grid" d="M${plot.left} ${y(value)}H${width - plot.right}"/>`,
      text([plot.left - 8, y(value) + 4], `${value} %`, ' class="small" text-anchor="end"'),
    ]),
    `<path class="bound" d="M${plot.left} ${y(95)}H${width - plot.right}"/>`,
    `<path class="rate" d="M${points.join('L')}"/>`,
  ];
}

function aloneBars({ alone }, x) {
  const { height } = panels.alone;
  const rows = Array.from({ length: Math.ceil(alone.length / rowDays) }, (_, index) =>
    sum(alone.slice(index * rowDays, (index + 1) * rowDays)),
  );
  const max = Math.max(1, ...rows);
  return [
    `<path class="grid" d="M${plot.left} ${bottom}H${width - plot.right}"/>`,
    ...rows.flatMap((count, index) => {
      const tall = rounded((count / max) * (height - 14));
      const [left, wide] = [x(index * rowDays), rounded(x(rowDays) - x(0) - 2)];
      if (count === 0) return [];
      return [
        `<rect class="bar" x="${left}" y="${rounded(bottom - tall)}" width="${wide}" height="${tall}"/>`,
        text([rounded(left + wide / 2), rounded(bottom - tall - 3)], String(count), ' class="small" text-anchor="middle"'),
      ];
    }),
  ];
}

/** What happened, day by day: a number in the picture, and words under it. */
function told({ events }) {
  const days = [...new Set(events.map(({ day }) => day))];
  return days.map((day) => {
    const all = events.filter((event) => event.day === day).map(({ what }) => what);
    return { day, words: all.length > 2 ? `${all[0]}, and ${all.length - 1} others` : all.join('; ') };
  });
}

const marks = (year, x) =>
  told(year).flatMap(({ day }, index) => [
    `<path class="event" d="M${x(day)} ${panels.mode.top - 8}V${bottom}"/>`,
    text([x(day), panels.mode.top - 12], String(index + 1), ' class="small strong" text-anchor="middle"'),
  ]);

const legendRows = (year) => Math.ceil(told(year).length / 2);
const legend = (year) =>
  told(year).map(({ day, words }, index) => {
    const column = Math.floor(index / legendRows(year));
    const at = [plot.left + column * 290, bottom + 44 + (index % legendRows(year)) * 16];
    return text(at, `${index + 1}  day ${day}: ${words}`, ' class="small"');
  });

export function yearPicture(year) {
  const days = year.alone.length;
  const x = (day) => rounded(plot.left + (day / days) * plot.width);
  const height = bottom + 44 + legendRows(year) * 16;
  return svg({
    width,
    height,
    title: `${days} days of a vessel: its mode, what people approved, and what ran without them`,
    description: `What npm run demo:year lived through. ${told(year)
      .map(({ day, words }) => `Day ${day}: ${words}.`)
      .join(' ')} ${sum(year.alone)} actions ran without a person.`,
    style: `
text { font: 13px ${sans}; fill: #1d2733; }
.ground { fill: #fbfcfe; stroke: #c9d2dd; }
.small { font-size: 11px; fill: #55647a; }
.strong { font-weight: 600; }
.grid { stroke: #d8dee4; fill: none; }
.alpha { fill: #e3e8ef; }
.beta { fill: #cfe8ff; }
.omega { fill: #d3f0d8; }
.manual { fill: #ffd9d6; }
.rate { stroke: #0550ae; stroke-width: 1.5; fill: none; }
.bound { stroke: #cf222e; stroke-dasharray: 5 4; fill: none; }
.bar { fill: #1a7f37; }
.event { stroke: #8c959f; stroke-dasharray: 2 3; fill: none; }
@media (prefers-color-scheme: dark) {
  text { fill: #dfe6ee; }
  .ground { fill: #14181f; stroke: #3a4352; }
  .small { fill: #a3b0c1; }
  .grid { stroke: #2a323e; }
  .alpha { fill: #2b3442; }
  .beta { fill: #1b3b5c; }
  .omega { fill: #1d4428; }
  .manual { fill: #5a2320; }
  .rate { stroke: #6cb6ff; }
  .bar { fill: #57ab5a; }
}`,
    body: [
      `<rect class="ground" width="${width}" height="${height}" rx="8"/>`,
      text([plot.left, 22], `${days} days: the mode`),
      ...modeBands(year, x),
      text(
        [plot.left, panels.rate.top - 8],
        'approved, of what people decided in the last 30 days of life; dashed: 95 %',
        ' class="small"',
      ),
      ...rateLine(year, x),
      text([plot.left, panels.alone.top - 8], 'ran without a person, in ten days', ' class="small"'),
      ...aloneBars(year, x),
      ...marks(year, x),
      ...legend(year),
      ...[0, 100, 200, 300, 400].map((day) =>
        text([Math.min(x(day), width - 28), bottom + 18], `day ${day}`, ' class="small" text-anchor="middle"'),
      ),
    ],
  });
}
