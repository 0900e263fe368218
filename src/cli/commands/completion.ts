import { JanusError } from '../../domain/errors.js';
import type { Command } from '../command.js';
import { EXIT } from '../exit-codes.js';

interface Words {
  readonly first: string;
  /** First word -> the words that may follow. */
  readonly second: readonly (readonly [string, string])[];
}

function wordsOf(verbs: readonly (readonly string[])[]): Words {
  const first = [...new Set(verbs.map(([word]) => word ?? ''))];
  const following = (word: string) => verbs.flatMap(([head, next]) => (head === word && next !== undefined ? [next] : []));
  return {
    first: first.join(' '),
    second: first.map((word) => [word, following(word).join(' ')] as const).filter(([, next]) => next !== ''),
  };
}

const scripts: Readonly<Record<string, (words: Words) => readonly string[]>> = {
  bash: ({ first, second }) => [
    '_ubos() {',
    '  local word=${COMP_WORDS[COMP_CWORD]} list=""',
    `  if [ "$COMP_CWORD" -eq 1 ]; then list="${first}"; else case "\${COMP_WORDS[1]}" in`,
    ...second.map(([word, next]) => `    ${word}) list="${next}" ;;`),
    '  esac; fi',
    '  COMPREPLY=($(compgen -W "$list" -- "$word"))',
    '}',
    'complete -o default -F _ubos ubos',
  ],
  zsh: ({ first, second }) => [
    '#compdef ubos',
    `if (( CURRENT == 2 )); then compadd ${first}; else case "$words[2]" in`,
    ...second.map(([word, next]) => `  ${word}) compadd ${next} ;;`),
    '  *) _files ;;',
    'esac; fi',
  ],
  fish: ({ first, second }) => [
    `complete -c ubos -n __fish_use_subcommand -a "${first}"`,
    ...second.map(([word, next]) => `complete -c ubos -n "__fish_seen_subcommand_from ${word}" -a "${next}"`),
  ],
};

export const command: Command = {
  usage: 'ubos completion bash|zsh|fish',
  details: 'For bash: ubos completion bash > ~/.local/share/bash-completion/completions/ubos',
  async run({ positionals }, context) {
    const script = scripts[positionals[0] ?? ''];
    if (script === undefined) throw new JanusError('USAGE', 'which shell?', { next: 'ubos completion bash|zsh|fish' });
    context.stdout.write(`${script(wordsOf(context.verbs)).join('\n')}\n`);
    return EXIT.ok;
  },
};
