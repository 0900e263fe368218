import { metricTypes } from '../thinking/metrics.js';
import type { Sha256 } from '../text/canonical.js';
import { canonicalJson } from '../text/canonical.js';
import { shorten, visible } from '../text/visible.js';
import type { DraftRequest } from './draft.js';
import type { Message, Prompt, PromptSettings } from './prompt.js';
import { charactersPerToken } from './prompt.js';
import type { Shape } from './shape.js';

const conditionsMax = 3;
const typesMax = 4;
/** Far above any number that a metric has, and short. */
const valueMax = 1_000_000;

const namesOf = (type: string) => Object.entries(metricTypes).flatMap(([name, each]) => (each === type ? [name] : []));

/** Modes are earned, and no mission's success: a text is compared with nothing here. */
const condition: Shape = {
  kind: 'union',
  of: [
    {
      kind: 'object',
      members: [
        ['metric', { kind: 'choice', values: namesOf('number') }],
        ['comparison', { kind: 'choice', values: ['<', '<=', '>', '>=', '=='] }],
        ['value', { kind: 'integer', min: 0, max: valueMax }],
      ],
    },
    {
      kind: 'object',
      members: [
        ['metric', { kind: 'choice', values: namesOf('boolean') }],
        ['comparison', { kind: 'choice', values: ['=='] }],
        ['value', { kind: 'choice', values: ['true', 'false'] }],
      ],
    },
  ],
};

const shapeOf = (actionTypes: readonly string[]): Shape => ({
  kind: 'object',
  members: [
    ['title', { kind: 'text', form: 'text', lengthMax: 60 }],
    ['action_types', { kind: 'list', item: { kind: 'choice', values: actionTypes }, min: 0, max: Math.min(typesMax, actionTypes.length) }],
    ['success', { kind: 'list', item: condition, min: 0, max: conditionsMax }],
  ],
});

const instructions = `A person says in one sentence what a Linux host shall be looked after for. Put it into a form; add nothing of your own.
title: a few words for it. action_types: those that serve it, none where all may. success: when it is reached, as comparisons of metrics.
Compare only what the sentence asks for, with the numbers of the sentence; leave success empty where no metric says it.
Answer with JSON only:
{"title":"a few words","action_types":["type"],"success":[{"metric":"name","comparison":"<","value":1}]}`;

/** The prompt that puts a person's sentence into the form of a mission, or why there is nothing to ask. Pure. */
export function renderDraftPrompt(
  sha256: Sha256,
  { sentence, actionTypes, metrics }: DraftRequest,
  { promptTokensMax }: Pick<PromptSettings, 'promptTokensMax'>,
): Prompt | { readonly why: string } {
  const types = [...actionTypes].sort();
  const content = [
    'Metrics, as they are now:',
    ...Object.keys(metricTypes).map((name) => `- ${name}: ${visible(String(metrics[name] ?? 'unknown'))}`),
    'Action types:',
    ...types.map((type) => `- ${shorten(visible(type), 64)}`),
    'Sentence:',
    visible(sentence),
  ].join('\n');
  const messages: Message[] = [
    { role: 'system', content: instructions },
    { role: 'user', content },
  ];
  const charactersMax = promptTokensMax * charactersPerToken;
  if (content.length + instructions.length > charactersMax)
    return { why: `the sentence and the action types need more than llm.max_prompt_tokens (${promptTokensMax})` };
  const shape = shapeOf(types);
  return { messages, shape, digest: sha256(`janus.prompt.v1\0${canonicalJson({ messages, shape })}`) };
}
