import { shorten, visible } from '../text/visible.js';

/** A charter as far as a prompt has room for it. Sections by their headings. */
export interface CharterExcerpt {
  readonly text: string;
  readonly told: readonly string[];
  /** There was no room for them. */
  readonly leftOut: readonly string[];
}

interface Section {
  readonly name: string;
  readonly text: string;
}

const heading = /^#{1,6}\s+/;
const nameMax = 60;

/** At headings; a text without any, at empty lines. A heading that nothing stands under is no section. */
function sectionsOf(charter: string): readonly Section[] {
  const lines = charter.split(/\r?\n/);
  const begins = lines.some((line) => heading.test(line))
    ? (line: string) => heading.test(line)
    : (_line: string, before: string | undefined) => before?.trim() === '';
  const sections: string[][] = [];
  for (const [index, line] of lines.entries()) {
    if (sections.length === 0 || begins(line, lines[index - 1])) sections.push([]);
    if (line.trim() !== '') sections.at(-1)?.push(visible(line.trim()));
  }
  return sections
    .filter(([first = '', ...rest]) => first !== '' && (rest.length > 0 || !heading.test(first)))
    .map((section) => ({ name: shorten((section[0] ?? '').replace(heading, ''), nameMax), text: section.join('\n') }));
}

/**
 * Whole sections in the order of the file, each that still fits: a rule that is cut off in the middle could say the opposite of itself. The text is one
 * of people whom the vessel trusts; it is made visible all the same, because a prompt is one text.
 */
export function excerptCharter(charter: string, charactersMax: number): CharterExcerpt {
  let left = charactersMax;
  const told: Section[] = [];
  const leftOut: Section[] = [];
  for (const section of sectionsOf(charter)) {
    const needed = section.text.length + 1;
    (needed <= left ? told : leftOut).push(section);
    if (needed <= left) left -= needed;
  }
  const names = (sections: readonly Section[]) => sections.map(({ name }) => name);
  return { text: told.map(({ text }) => text).join('\n'), told: names(told), leftOut: names(leftOut) };
}
