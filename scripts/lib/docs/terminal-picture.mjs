import { escaped, mono, svg } from './picture-svg.mjs';

const [rowPixels, columnPixels, margin, barPixels] = [18, 7.85, 18, 30];

/** What `ubos` emphasises in a line of a review; `test/long/pages.test.ts` holds it against what it really prints. */
const emphasised = [
  { style: 'bold', pattern: /^(?:[A-Z][A-Za-z ]*| {2}(?:Tool|Args)):(?=\s|$)/ },
  { style: 'bold', pattern: /^(?:\(\d\/\d\) {2})?\[.*\? / },
  { style: 'green', pattern: /^✓/ },
];

/** A line in pieces, each with its style; '' is plain. */
export function styled(line) {
  const found = emphasised.find(({ pattern }) => pattern.test(line));
  if (found === undefined) return [{ style: '', text: line }];
  const [text] = found.pattern.exec(line);
  return [
    { style: found.style, text },
    { style: '', text: line.slice(text.length) },
  ].filter((piece) => piece.text !== '');
}

const pieces = (line) => {
  if (line.startsWith('$ '))
    return [
      { style: 'prompt', text: '$ ' },
      { style: 'typed', text: line.slice(2) },
    ];
  if (line.trim() === '...') return [{ style: 'prompt', text: line.replace('...', '⋮') }];
  const asked = /^(.*\? )(\S+)$/.exec(line);
  return asked === null ? styled(line) : [...styled(asked[1]), { style: 'typed', text: asked[2] }];
};

const style = `
  text { font: 13px ${mono}; fill: #d5dbe3; white-space: pre; }
  .ground { fill: #14181f; stroke: #3a4352; }
  .bar { fill: #1f2530; }
  .name { fill: #8b96a5; }
  .bold { font-weight: 700; fill: #f2f5f9; }
  .green { fill: #6fce7a; }
  .prompt { fill: #8b96a5; }
  .typed { fill: #8ec5ff; }
`;

/** Lines of a terminal, as a window. `$ ` is the prompt, `...` what is left out, a word behind `? ` the key that was pressed. */
export function terminalPicture({ lines, columns, title, description }) {
  const width = Math.ceil(columns * columnPixels) + 2 * margin;
  const height = lines.length * rowPixels + barPixels + 2 * margin - 4;
  const rows = lines.map((line, index) => {
    const y = barPixels + margin + 11 + index * rowPixels;
    const spans = pieces(line).map((piece) =>
      piece.style === '' ? escaped(piece.text) : `<tspan class="${piece.style}">${escaped(piece.text)}</tspan>`,
    );
    return `<text x="${margin}" y="${y}" xml:space="preserve">${spans.join('')}</text>`;
  });
  const dots = ['#e0685e', '#dcae3f', '#63b95f'].map(
    (color, index) => `<circle cx="${margin + 2 + index * 18}" cy="15" r="5" fill="${color}"/>`,
  );
  const body = [
    `<rect class="ground" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="9"/>`,
    `<path class="bar" d="M1 ${barPixels}V10a9 9 0 0 1 9-9H${width - 10}a9 9 0 0 1 9 9V${barPixels}z"/>`,
    ...dots,
    `<text class="name" x="${width / 2}" y="19" text-anchor="middle">${escaped(title)}</text>`,
    ...rows.filter((row) => !row.endsWith('"preserve"></text>')),
  ];
  return svg({ width, height, title, description, style, body });
}
