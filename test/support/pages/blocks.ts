import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const top = fileURLToPath(new URL('../../../', import.meta.url));

/** A fenced block, as its info string has it: CONTRIBUTING.md, "Pages", says it for those who write them. */
export interface Block {
  readonly page: string;
  /** Of the opening fence. */
  readonly line: number;
  readonly language: string;
  /** `elsewhere`, `server`, or the name of the file that it is, or is a part of. */
  readonly mark: string;
  /** What else its info string says: `broken`, a file with a mistake that the page is about. */
  readonly more: string;
  readonly text: string;
}

/** In the order in which they are read; the reading order of docs/ is that of its README. */
export function pagesInOrder(): string[] {
  const listed = [...readPage('docs/README.md').matchAll(/\]\(((?!decisions\/)(?:[a-z-]+\/)?[a-z-]+\.md)\)/g)].map(
    ([, name = '']) => `docs/${name}`,
  );
  return ['README.md', 'docs/README.md', ...new Set(listed), 'CONTRIBUTING.md', 'ARCHITECTURE.md', 'SECURITY.md'];
}

/** Every page of docs/, listed or not, and those at the top that people read. */
export function pagesThatExist(): string[] {
  const inDocs = readdirSync(`${top}docs`, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.md'));
  const atTop = readdirSync(top).filter((name) => name.endsWith('.md'));
  return [...atTop, ...inDocs.map((name) => `docs/${name}`)];
}

export const readPage = (page: string): string => readFileSync(`${top}${page}`, 'utf8');

/** Every fenced block of a text; one that is indented, or that nobody closes, is a block too. */
export function blocksIn(text: string, page: string): Block[] {
  const blocks: Block[] = [];
  let open: { readonly line: number; readonly fence: string; readonly info: string; readonly body: string[] } | undefined;
  const close = () => {
    if (open === undefined) return;
    const [language = '', mark = '', ...more] = open.info.trim().split(/\s+/);
    blocks.push({ page, line: open.line, language, mark, more: more.join(' '), text: `${open.body.join('\n')}\n` });
    open = undefined;
  };
  for (const [index, line] of text.split('\n').entries()) {
    const [, fence, info = ''] = /^\s*(`{3,}|~{3,})(.*)$/.exec(line) ?? [];
    if (open === undefined) {
      if (fence !== undefined) open = { line: index + 1, fence, info, body: [] };
    } else if (fence !== undefined && fence.startsWith(open.fence) && info.trim() === '') close();
    else open.body.push(line);
  }
  close();
  return blocks;
}

export const blocksOf = (page: string): Block[] => blocksIn(readPage(page), page);

/** Typed on another machine than the reader's clone. */
export const isFarAway = ({ mark }: Block): boolean => mark === 'elsewhere' || mark === 'server';

export const isTyped = (block: Block): boolean => (block.language === 'console' || block.language === 'sh') && !isFarAway(block);

export interface Typed {
  readonly line: number;
  readonly command: string;
  /** All that it shows; undefined: the block shows commands alone. */
  readonly shown: string | undefined;
}

/** A line that ends with a backslash goes on in the next one, and one of a here-document ends with its word. */
function isWhole(command: string): boolean {
  if (command.endsWith('\\')) return false;
  const [, word] = /<<\s*'?(\w+)'?/.exec(command) ?? [];
  return word === undefined || command.split('\n').slice(1).includes(word);
}

/** The commands of a block of `console` or `sh`, each with what it shows. */
export function typedIn({ page, language, line, text }: Block): Typed[] {
  const typed: { line: number; command: string; shown: string[] }[] = [];
  for (const [index, row] of text.trimEnd().split('\n').entries()) {
    const last = typed.at(-1);
    const at = line + index + 1;
    if (last !== undefined && !isWhole(last.command)) last.command += `\n${row}`;
    else if (language === 'sh' && row.trim() !== '' && !row.startsWith('#')) typed.push({ line: at, command: row, shown: [] });
    else if (row.startsWith('$ ')) typed.push({ line: at, command: row.slice(2), shown: [] });
    else if (language !== 'sh' && last === undefined) throw new Error(`${page}:${at}: what is shown before the first command?`);
    else if (language !== 'sh') last?.shown.push(row);
  }
  return typed.map(({ shown, ...each }) => ({ ...each, shown: language === 'sh' ? undefined : shown.join('\n') }));
}
