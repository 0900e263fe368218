/** A command stays in one line, so that it can be pasted; everything else is a word. */
const pieces = /( *)((?:\S*ubos|npm)(?: (?:-- )?[\w@-]+){1,3}\S*|\S+)/g;

/** Where the lines after the first begin: behind the label, where there is one. */
function hanging(line, columns) {
  const [label = ''] = /^(?: *\S+(?: \S+){0,3} {2,}| +)/.exec(line) ?? [];
  return label !== '' && label.length <= columns / 3 ? label.length : 2;
}

function foldLine(line, columns) {
  if (line.length <= columns) return line;
  const indent = ' '.repeat(hanging(line, columns));
  const lines = [''];
  for (const [, gap, piece] of line.matchAll(pieces)) {
    const last = lines.at(-1);
    if (last.trim() !== '' && last.length + gap.length + piece.length > columns) lines.push(indent + piece);
    else lines[lines.length - 1] = last + gap + piece;
  }
  return lines.join('\n');
}

/** Text in lines of at most so many columns, broken between words; `undefined` columns: as it is. What is longer than a line is left to the terminal. */
export const fold = (text, columns) => (columns === undefined ? text : text.replaceAll(/.+/g, (line) => foldLine(line, columns)));
