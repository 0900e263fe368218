import { escaped, mono, sans, svg } from './picture-svg.mjs';

const [lanePixels, trailPixels, rowPixels, headPixels, boxWidth, boxHeight] = [226, 278, 76, 54, 210, 52];

const style = `
  text { font: 14px ${sans}; fill: #1d2733; }
  .ground { fill: #fbfcfe; stroke: #c9d2dd; }
  .lane { fill: #eef2f7; }
  .trail { fill: #e6eefb; }
  .box { fill: #ffffff; stroke: #7b8ca3; }
  .head { font-weight: 700; }
  .does { font-weight: 600; }
  .how, .note { font-size: 12px; fill: #55647a; }
  .record { font: 600 13px ${mono}; fill: #1c4fa0; }
  .other { font: 12px ${mono}; fill: #8a4b1f; }
  .way { fill: none; stroke: #5b6d86; stroke-width: 1.6; marker-end: url(#tip); }
  .kept { stroke: #8fb0e6; stroke-width: 1.2; stroke-dasharray: 3 4; }
  .tip { fill: #5b6d86; }
  @media (prefers-color-scheme: dark) {
    text { fill: #dfe6ee; }
    .ground { fill: #14181f; stroke: #3a4352; }
    .lane { fill: #1b212b; }
    .trail { fill: #18263d; }
    .box { fill: #242c38; stroke: #6f8098; }
    .how, .note { fill: #a3b0c1; }
    .record { fill: #8ec5ff; }
    .other { fill: #e0a878; }
    .way { stroke: #9fb0c6; }
    .kept { stroke: #47699f; }
    .tip { fill: #9fb0c6; }
  }
`;

/** In the middle of its place; what the trail keeps begins there. */
const text = (kind, x, y, words) =>
  `<text class="${kind}" x="${x}" y="${y}" text-anchor="${kind === 'record' || kind === 'other' ? 'start' : 'middle'}">${escaped(words)}</text>`;

/** From one box to the next: down, and across where another part goes on. */
function arrow(from, to) {
  const half = boxHeight / 2;
  if (from.x === to.x) return `<path class="way" d="M${from.x} ${from.y + half}V${to.y - half - 5}"/>`;
  const middle = (from.y + to.y) / 2;
  return `<path class="way" d="M${from.x} ${from.y + half}V${middle}H${to.x}V${to.y - half - 5}"/>`;
}

/** The way of one proposal through the parts, step by step, with what the trail keeps of it. */
export function wayPicture({ parts, way, title, description }) {
  const [left, top] = [14, headPixels + 12];
  const trailX = left + parts.length * lanePixels + 4;
  const [width, height] = [trailX + trailPixels + 14, top + way.length * rowPixels + 14];
  const at = ({ part }, index) => ({ x: left + part * lanePixels + lanePixels / 2, y: top + index * rowPixels + rowPixels / 2 });
  const places = way.map(at);
  const lanes = parts.flatMap(({ name }, index) => {
    const x = left + index * lanePixels;
    return [
      `<rect class="lane" x="${x + 2}" y="14" width="${lanePixels - 4}" height="${height - 28}" rx="8"/>`,
      text('head', x + lanePixels / 2, 42, name),
    ];
  });
  const boxes = way.flatMap(({ does, how, event, otherwise = [] }, index) => {
    const { x, y } = places[index];
    const recorded =
      event === undefined
        ? []
        : [
            `<path class="kept" d="M${x + boxWidth / 2} ${y}H${trailX + 10}"/>`,
            text('record', trailX + 16, otherwise.length === 0 ? y + 5 : y - 3, event),
            ...(otherwise.length === 0 ? [] : [text('other', trailX + 16, y + 15, `or ${otherwise.join(', ')}`)]),
          ];
    return [
      ...recorded,
      `<rect class="box" x="${x - boxWidth / 2}" y="${y - boxHeight / 2}" width="${boxWidth}" height="${boxHeight}" rx="7"/>`,
      text('does', x, y - 4, does),
      text('how', x, y + 15, how),
    ];
  });
  const body = [
    `<defs><marker id="tip" viewBox="0 0 10 10" refX="8" refY="5" markerWidth="7" markerHeight="7" orient="auto"><path class="tip" d="M0 0L10 5L0 10z"/></marker></defs>`,
    `<rect class="ground" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="9"/>`,
    ...lanes,
    `<rect class="trail" x="${trailX}" y="14" width="${trailPixels}" height="${height - 28}" rx="8"/>`,
    text('head', trailX + trailPixels / 2, 42, 'Audit trail'),
    ...boxes,
    ...places.slice(1).map((place, index) => arrow(places[index], place)),
  ];
  return svg({ width, height, title, description, style, body });
}
