import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sha256 } from '../../../src/adapters/files/sha256.js';
import { readDraft } from '../../../src/domain/model/draft.js';
import { renderDraftPrompt } from '../../../src/domain/model/draft-prompt.js';
import { toGrammar } from '../../../src/domain/model/grammar.js';
import { toJsonSchema } from '../../../src/domain/model/json-schema.js';
import { parseTrigger } from '../../../src/domain/thinking/trigger.js';

const types = ['disk_report', 'load_report'];
const read = (value: unknown) => readDraft(typeof value === 'string' ? value : JSON.stringify(value), types);
const compares = (metric: string, comparison: string, value: unknown) => ({ metric, comparison, value });

describe('readDraft (spec T3)', () => {
  it('takes what holds, joins what is said of one metric, and drops the rest with its reason', () => {
    const success = [
      ...[compares('load1', '>', 1), compares('load1', '<', 4), compares('relief_degraded', '==', 'false')],
      ...[compares('disk', '<', 1), compares('load5', '=>', 1), compares('load15', '<', 'rm -rf /'), compares('__proto__', '<', 1)],
    ];
    const draft = read({ title: ' A  free\ndisk ', action_types: ['Disk Report', 'disk_report', 'rm_rf'], success });
    expect(draft).toMatchObject({
      ...{ title: 'A free disk', actionTypes: ['disk_report'] },
      success: { load1: '>1,<4', relief_degraded: '==false' },
    });
    expect('dropped' in draft && draft.dropped).toHaveLength(5);
  });

  it.each([
    ['prose', 'Sure, a mission!', 'not_json'],
    ['HTML', '<html></html>', 'not_json'],
    ['another shape', { mission: 'x' }, 'wrong_shape'],
    ['no title', { title: ' ', success: [] }, 'wrong_shape'],
    ['a condition of another shape', { title: 'x', success: ['load1 < 4'] }, 'wrong_shape'],
  ])('reads nothing from %s', (_, value, code) => expect(read(value)).toMatchObject({ code }));

  it('is total, and what it takes is a trigger that can be read', () => {
    const word = fc.oneof(fc.string(), fc.constantFrom('load1', 'relief_degraded', 'operational_mode', '<', '=='));
    const condition = fc.record({ metric: word, comparison: word, value: fc.oneof(fc.integer(), fc.double(), fc.boolean(), word) });
    const said = fc.record({ title: fc.string(), action_types: fc.array(word), success: fc.array(condition, { maxLength: 6 }) });
    fc.assert(
      fc.property(fc.oneof(said, fc.jsonValue()), (value) => {
        const draft = read(value);
        if ('code' in draft || Object.keys(draft.success).length === 0) return;
        expect(parseTrigger(draft.success)).toHaveProperty('trigger');
      }),
    );
  });
});

describe('renderDraftPrompt (spec T3)', () => {
  const render = (sentence: string, actionTypes = types, promptTokensMax = 4_000) =>
    renderDraftPrompt(sha256, { sentence, actionTypes, metrics: { load1: 0.4 } }, { promptTokensMax });

  it('shows the sentence with nothing hidden in it, what can be measured, and a form that every profile can tell', () => {
    const prompt = render('Keep \u202e it');
    if ('why' in prompt) throw new Error(prompt.why);
    expect(prompt.messages[1]?.content).toContain('Keep ⟦U+202E⟧ it');
    expect(prompt.messages[1]?.content).toContain('- load1: 0.4');
    expect(toGrammar(prompt.shape)).toContain('disk_usage_percent');
    expect(JSON.stringify(toJsonSchema(prompt.shape))).toContain('disk_report');
    expect(toGrammar((render('x', []) as typeof prompt).shape)).toContain('"[]"');
  });

  it('asks nothing where it does not fit', () => {
    expect(render('x', types, 100)).toEqual({ why: expect.stringContaining('max_prompt_tokens (100)') });
  });
});
