/**
 * Splits a command as a POSIX shell would split its words, and expands nothing: single and double quotes, backslash. A shell's own signs
 * outside of quotes are an error, because whoever wrote them meant a shell.
 */
export function tokenise(command: string): { readonly words: readonly string[] } | { readonly problem: string } {
  const words: string[] = [];
  let word: string | undefined;
  let quote: '"' | "'" | undefined;
  for (let index = 0; index < command.length; index += 1) {
    const character = command[index] ?? '';
    if (quote === undefined && /[;|&`$()<>]/.test(character))
      return { problem: `holds the shell metacharacter ${JSON.stringify(character)}` };
    if (quote === '"' && /[`$]/.test(character)) return { problem: `holds ${JSON.stringify(character)}, which a shell would expand` };
    if (quote !== undefined && character === quote) quote = undefined;
    else if (quote === undefined && (character === '"' || character === "'")) {
      quote = character;
      word ??= '';
    } else if (character === '\\' && quote !== "'") {
      index += 1;
      if (index >= command.length) return { problem: 'ends with a backslash' };
      const next = command[index] ?? '';
      // Inside double quotes a backslash takes the meaning from these four only, and is itself before all others.
      word = `${word ?? ''}${quote === '"' && !/["\\$`]/.test(next) ? character : ''}${next}`;
    } else if (quote === undefined && /\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = `${word ?? ''}${character}`;
  }
  if (quote !== undefined) return { problem: `has an open ${quote}` };
  if (word !== undefined) words.push(word);
  return words.length === 0 ? { problem: 'is empty' } : { words };
}
