/** "Web Research", "webResearch" and "web-research" are the same type of action (spec P3). */
export function toSnakeCase(text: string): string {
  return text
    .trim()
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .toLowerCase();
}

// Controls, formats, surrogates, private and unassigned characters (\p{C}); what draws nothing (\p{DI}: zero-width, fillers, selectors, tags);
// separators of lines; spaces that are not the space; the object replacement; marks beyond the third on one letter, which would cover other lines.
const unseen =
  /[\p{C}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}\u00a0\u1680\u2000-\u200a\u202f\u205f\u2800\u3000\ufffc]|(?<=\p{M}{3})\p{M}/gu;

/**
 * Text from an agent is hostile (spec A5): what could move a cursor, reverse a line or hide in it is shown as ⟦U+202E⟧.
 * The one renderer for terminal, web UI and notification. `keepNewlines` for text that is laid out in lines anyway.
 */
export function visible(text: string, { keepNewlines = false }: { readonly keepNewlines?: boolean } = {}): string {
  return text.replace(unseen, (character) => {
    if (keepNewlines && character === '\n') return character;
    return `⟦U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟧`;
  });
}

/** One line of JSON that a terminal can show: the same value, with what `visible` would show in JSON's own \u escapes. */
export function visibleJson(value: unknown): string {
  const escaped = (character: string) =>
    Array.from({ length: character.length }, (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`).join('');
  return JSON.stringify(value).replace(unseen, escaped);
}

/** Cuts at a code point, never inside one, and says so with an ellipsis. */
export function shorten(text: string, max: number): string {
  const points = [...text];
  return points.length <= max ? text : `${points.slice(0, Math.max(0, max - 1)).join('')}…`;
}
