import { agentVerbs } from './verbs/agent.js';
import { controlsVerbs } from './verbs/controls.js';
import { keepingVerbs } from './verbs/keeping.js';
import { proposalsVerbs } from './verbs/proposals.js';
import type { Verb } from './verbs/verb.js';

/** Every verb of `ubos`, in the order of its help; the seed's are as the seed has them (spec U1). */
export const commands: readonly Verb[] = [...proposalsVerbs, ...agentVerbs, ...controlsVerbs, ...keepingVerbs];

/** The verb that these words begin with, and what follows it. `ubos controls` alone, or with flags, is the verb of its group; its help is the group's. */
export function findVerb(words: readonly string[]): { readonly entry: Verb; readonly args: readonly string[] } | undefined {
  const entry = commands.find(({ path }) => path.every((word, index) => words[index] === word));
  if (entry !== undefined) return { entry, args: words.slice(entry.path.length) };
  const [first, ...args] = words;
  const isAlone = args.every((word) => word.startsWith('-') && word !== '--help' && word !== '-h');
  const group = isAlone ? commands.find(({ path, isGroup }) => isGroup === true && path[0] === first) : undefined;
  return group && { entry: group, args };
}
