import { JanusError } from '../../../domain/errors.js';
import type { Command } from '../../command.js';
import { globalOptions } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { jsonObjects } from '../../schemas/json-objects.js';

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

/** Verbs whose next word is a proposal; for those the waiting ones are offered. */
const takesId = ['review', 'approve', 'reject', 'extend', 'resolve', 'withdraw', 'break-glass', 'preview', 'watch', 'logs', 'ui'];
const secondTakesId = ['show', 'history', 'cancel'];
const auditTakesId = ['prove', 'export'];
/** By the name that is being typed, `./ubos` too. Fails quietly and soon: a shell that waits for a server is worse than one that offers nothing. */
const listIds = (called: string) => `${called} proposals list -o id --timeout 2s 2>/dev/null`;
const ids = { bash: listIds('"${COMP_WORDS[0]/#\\~/${HOME:-}}"'), zsh: listIds('${~words[1]}'), fish: listIds('(commandline -opc)[1]') };
const flags = Object.keys(globalOptions).map((name) => `--${name}`);

const shells = ['bash', 'zsh', 'fish'] as const;

const scripts: Readonly<Record<(typeof shells)[number], (words: Words) => readonly string[]>> = {
  bash: ({ first, second }) => [
    '_ubos() {',
    '  local word=${COMP_WORDS[COMP_CWORD]} list=""',
    '  case "$word" in',
    `    -*) list="${flags.join(' ')}" ;;`,
    '    *) case "$COMP_CWORD ${COMP_WORDS[1]} ${COMP_WORDS[2]}" in',
    `      1\\ *) list="${first}" ;;`,
    ...second.map(([word, next]) => `      2\\ ${word}\\ *) list="${next}" ;;`),
    `      2\\ help\\ *) list="${first}" ;;`,
    ...takesId.map((word) => `      [2-9]\\ ${word}\\ *) list="$(${ids.bash})" ;;`),
    ...secondTakesId.map((word) => `      3\\ proposals\\ ${word}) list="$(${ids.bash})" ;;`),
    ...auditTakesId.map((word) => `      3\\ audit\\ ${word}) list="$(${ids.bash})" ;;`),
    '      2\\ completion\\ *) list="bash zsh fish" ;;',
    '    esac ;;',
    '  esac',
    '  COMPREPLY=($(compgen -W "$list" -- "$word"))',
    '}',
    'complete -o default -F _ubos ubos',
  ],
  zsh: ({ first, second }) => [
    '#compdef ubos',
    '_ubos() {',
    `  if [[ "$words[CURRENT]" == -* ]]; then compadd -- ${flags.join(' ')}`,
    `  elif (( CURRENT == 2 )); then compadd ${first}`,
    '  else case "$words[2]" in',
    ...second.map(([word, next]) => `    ${word}) if (( CURRENT == 3 )); then compadd ${next}; else compadd $(${ids.zsh}); fi ;;`),
    `    ${takesId.join('|')}) compadd $(${ids.zsh}) ;;`,
    '    completion) compadd bash zsh fish ;;',
    '    *) _files ;;',
    '  esac; fi',
    '}',
    'if [ "$funcstack[1]" = "_ubos" ]; then _ubos "$@"; else compdef _ubos ubos; fi',
  ],
  fish: ({ first, second }) => [
    `complete -c ubos -n __fish_use_subcommand -a "${first}"`,
    ...second.map(([word, next]) => `complete -c ubos -f -n "__fish_seen_subcommand_from ${word}" -a "${next}"`),
    `complete -c ubos -f -n "__fish_seen_subcommand_from ${[...takesId, ...secondTakesId, ...auditTakesId].join(' ')}" -a "(${ids.fish})"`,
    'complete -c ubos -f -n "__fish_seen_subcommand_from completion" -a "bash zsh fish"',
    ...Object.keys(globalOptions).map((name) => `complete -c ubos -l ${name}`),
  ],
};

const json = jsonObjects(({ z, text }) => ({ completion: z.strictObject({ shell: z.enum(shells), script: text }) }));

export const command: Command = {
  json: [json],
  usage: 'ubos completion bash|zsh|fish [--json]',
  details:
    'For bash: ubos completion bash > ~/.local/share/bash-completion/completions/ubos\nFor zsh: ubos completion zsh > ~/.zfunc/_ubos, where ~/.zfunc is in $fpath\nFor fish: ubos completion fish > ~/.config/fish/completions/ubos.fish',
  async run({ positionals }, context) {
    const shell = shells.find((each) => each === positionals[0]);
    if (shell === undefined) throw new JanusError('USAGE', 'which shell?', { next: 'ubos completion bash|zsh|fish' });
    const text = `${scripts[shell](wordsOf(context.verbs)).join('\n')}\n`;
    if (context.json) json.write(context.stdout, 'completion', { shell, script: text });
    else context.stdout.write(text);
    return EXIT.ok;
  },
};
