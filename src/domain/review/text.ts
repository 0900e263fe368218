import { quoted } from '../text/quoted.js';
import { wrapCommandLine, wrapText } from '../text/wrap.js';
import type { Block, Emphasis, Section } from './section.js';
import type { ReviewSubject } from './sections.js';
import { reviewSections } from './sections.js';

/** How sections become lines of text. */
export interface TextLayout {
  /** Infinity: nothing is wrapped. */
  readonly columns: number;
  readonly widthOf?: (text: string) => number;
  /** Where what does not fit cannot be seen: ends a line inside a word that is too long for one. */
  readonly breakMark?: string;
  readonly paint?: (style: 'title' | Emphasis, text: string) => string;
  readonly moment?: (at: Date) => string;
  /** How a command for people is called where this is read. */
  readonly command?: (line: string) => string;
}

const unwrapped: TextLayout = { columns: Number.POSITIVE_INFINITY };

/** A program and its arguments, as they would have to be typed; one word per line as soon as the eye could lose where one ends. */
function commandText(argv: readonly string[]): string {
  const words = argv.map(quoted);
  const line = words.join(' ');
  return line.length <= 100 ? line : words.join('\n    ');
}

const indented = (text: string, indent: string) =>
  text
    .split('\n')
    .map((line) => (line === '' ? line : `${indent}${line}`))
    .join('\n');

/** Wraps; `hanging` keeps the rest of a line from looking like a line of its own. */
function wrapped(text: string, { columns, widthOf, breakMark }: TextLayout, hanging: number): string {
  if (!Number.isFinite(columns)) return text;
  return wrapText(text, columns, { hanging, ...(widthOf && { widthOf }), ...(breakMark !== undefined && { breakMark }) });
}

/** Every line of it is behind a bar, also what did not fit into the line before. */
function contentText(text: string, layout: TextLayout, indent: string): string {
  const bar = `${indent}  | `;
  const inner = wrapped(text, { ...layout, columns: Math.max(8, layout.columns - bar.length) }, 4);
  return inner
    .split('\n')
    .map((line) => `${bar}${line}`.trimEnd())
    .join('\n');
}

type Typed = Extract<Block, { form: 'typed' }>;

/** Commands lie under one another, or each below its label where one does not fit: what is to be typed stays one command for a shell. */
function typedAmong(blocks: readonly Block[], layout: TextLayout, indent: string): (block: Typed) => string {
  const { columns, widthOf = (text) => text.length, command: called = (text) => text } = layout;
  const all = blocks.filter((block) => block.form === 'typed');
  const room = Math.max(...all.map(({ label }) => label.length)) + 2;
  const line = ({ label, command }: Typed) => `${indent}${`${label}:`.padEnd(room)}${called(command)}`;
  if (all.every((block) => widthOf(line(block)) <= columns)) return line;
  return ({ label, command }) => `${indent}${label}:\n${wrapCommandLine(`${indent}  ${called(command)}`, columns, { widthOf })}`;
}

function blockText(block: Exclude<Block, Typed>, layout: TextLayout, indent: string): string {
  const { paint = (_, text) => text, moment = (at) => at.toISOString() } = layout;
  switch (block.form) {
    case 'prose':
      return wrapped(indented(block.text, indent), layout, 0);
    case 'line':
    case 'item': {
      const text = block.emphasis === undefined ? block.text : paint(block.emphasis, block.text);
      return wrapped(`${indent}${text}`, layout, block.form === 'line' ? 0 : 4);
    }
    case 'field': {
      const { label, value, emphasis, beside = [] } = block;
      const values = [emphasis === undefined ? value : paint(emphasis, value), ...beside.map((each) => `${each.label} ${each.value}`)];
      return wrapped(`${indent}${paint('title', `${label}:`)} ${values.join('   ')}`, layout, indent === '' ? 2 : 4);
    }
    case 'command':
      return wrapped(indented(commandText(block.argv), indent), layout, 4);
    case 'content':
      return contentText(block.text, layout, indent);
    case 'event':
      return wrapped(`${indent}${moment(new Date(block.at))}  ${block.text}`, layout, 2);
  }
}

/** Blocks without a title. */
export function blocksText(blocks: readonly Block[], layout: TextLayout = unwrapped, indent = ''): string {
  const typed = typedAmong(blocks, layout, indent);
  return blocks.map((block) => (block.form === 'typed' ? typed(block) : blockText(block, layout, indent))).join('\n');
}

/** Sections as lines of text: what stands at the left margin is ours, and never begins with what somebody else wrote. */
export function sectionsText(sections: readonly Section[], layout: TextLayout = unwrapped): string {
  const { paint = (_, text) => text } = layout;
  return sections
    .map(({ title, blocks }) =>
      title === undefined
        ? blocksText(blocks, layout)
        : `${wrapped(paint('title', `${title}:`), layout, 4)}\n${blocksText(blocks, layout, '  ')}`,
    )
    .join('\n\n');
}

/** The seed's review text. */
export function reviewText(subject: ReviewSubject, layout?: TextLayout): string {
  return sectionsText(reviewSections(subject), layout);
}
