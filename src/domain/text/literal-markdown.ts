import { visible } from './visible.js';

/** Marks longer than any run of backticks inside, so that what is inside cannot close them. */
function marksAround(text: string, least: number): string {
  let longest = least - 1;
  // One by one: a text of backticks has more runs than a call has room for arguments.
  for (const [run] of text.matchAll(/`+/g)) longest = Math.max(longest, run.length);
  return '`'.repeat(longest + 1);
}

/** Lines that Markdown shows to the letter. */
export function fence(text: string): string {
  const marks = marksAround(text, 3);
  return `${marks}text\n${text}\n${marks}`;
}

/** One line that Markdown shows to the letter. */
export function code(text: string): string {
  const line = visible(text);
  const marks = marksAround(line, 1);
  return marks === '`' ? `\`${line}\`` : `${marks} ${line} ${marks}`;
}

/** What the Markdown of the web UI would make something of: emphasis, links, images, HTML, addresses, its own placeholders, lists, titles. */
const marked = /[`*[\]<>{}|~\\&#@$]|:\/\/|www\.|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])|^\s*(?:[-+=]|\d+[.)])/iu;

/** Text of an agent where Markdown is read: as it is, or, where anything in it could be taken for Markdown, as code. */
export function literally(text: string): string {
  return marked.test(text) ? code(text) : visible(text);
}
