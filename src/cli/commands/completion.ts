import { JanusError } from '../../domain/errors.js';
import type { Command } from '../command.js';
import { commandPaths } from '../commands.js';
import { EXIT } from '../exit-codes.js';

const firstWords = () => [...new Set(commandPaths().map(([first]) => first ?? ''))].join(' ');
const secondWords = () => {
  const groups = new Map<string, string[]>();
  for (const [first = '', second] of commandPaths()) if (second !== undefined) groups.set(first, [...(groups.get(first) ?? []), second]);
  return [...groups];
};

const scripts: Readonly<Record<string, () => string>> = {
  bash: () =>
    [
      '_ubos() {',
      '  local word=${COMP_WORDS[COMP_CWORD]} list=""',
      `  if [ "$COMP_CWORD" -eq 1 ]; then list="${firstWords()}"; else case "\${COMP_WORDS[1]}" in`,
      ...secondWords().map(([first, words]) => `    ${first}) list="${words.join(' ')}" ;;`),
      '  esac; fi',
      '  COMPREPLY=($(compgen -W "$list" -- "$word"))',
      '}',
      'complete -o default -F _ubos ubos',
    ].join('\n'),
  zsh: () =>
    [
      '#compdef ubos',
      `if (( CURRENT == 2 )); then compadd ${firstWords()}; else case "$words[2]" in`,
      ...secondWords().map(([first, words]) => `  ${first}) compadd ${words.join(' ')} ;;`),
      '  *) _files ;;',
      'esac; fi',
    ].join('\n'),
  fish: () =>
    [
      `complete -c ubos -n __fish_use_subcommand -a "${firstWords()}"`,
      ...secondWords().map(([first, words]) => `complete -c ubos -n "__fish_seen_subcommand_from ${first}" -a "${words.join(' ')}"`),
    ].join('\n'),
};

export const command: Command = {
  usage: 'ubos completion bash|zsh|fish',
  details: 'For bash: ubos completion bash > ~/.local/share/bash-completion/completions/ubos',
  async run({ positionals }, context) {
    const script = scripts[positionals[0] ?? ''];
    if (script === undefined) throw new JanusError('USAGE', 'which shell?', { next: 'ubos completion bash|zsh|fish' });
    context.stdout.write(`${script()}\n`);
    return EXIT.ok;
  },
};
