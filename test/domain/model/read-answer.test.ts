import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readAnswer } from '../../../src/domain/model/read-answer.js';

const entry = { evidence: ['m:load1', 'm:load1'], rationale: 'because', choice: { mission: 'a', action: 'b', parameters: { c: 1 } } };
const candidate = { evidence: ['m:load1'], rationale: 'because', missionId: 'a', action: 'b', parameters: { c: 1 } };

describe('readAnswer (spec T3)', () => {
  it.each([
    { name: 'an answer', text: JSON.stringify({ proposals: [entry] }), candidates: [candidate] },
    { name: 'one in a fence', text: `\`\`\`json\n${JSON.stringify({ proposals: [entry] })}\n\`\`\``, candidates: [candidate] },
    { name: 'nothing to propose', text: '{"proposals":[]}', candidates: [] },
    {
      name: 'an entry of another form beside a sound one',
      text: JSON.stringify({ proposals: ['rm -rf /', entry] }),
      candidates: [candidate],
    },
  ])('takes $name', ({ text, candidates }) => {
    expect(readAnswer(text)).toMatchObject({ candidates });
  });

  it('says which entry is malformed', () => {
    expect(readAnswer(JSON.stringify({ proposals: [entry, { ...entry, choice: 'b' }] }))).toMatchObject({
      malformed: [{ index: 1, code: 'malformed' }],
    });
  });

  it.each([
    { name: 'prose', text: 'Sure! I would restart it.', code: 'not_json' },
    { name: 'HTML', text: '<html><body>502</body></html>', code: 'not_json' },
    { name: 'half an answer', text: '{"proposals":[{"evidence":["m:lo', code: 'not_json' },
    { name: 'another object', text: '{"error":"no"}', code: 'wrong_shape' },
    { name: 'a list', text: '[]', code: 'wrong_shape' },
    { name: 'null', text: 'null', code: 'wrong_shape' },
    { name: 'too many', text: JSON.stringify({ proposals: Array.from({ length: 51 }, () => entry) }), code: 'wrong_shape' },
  ])('refuses $name as $code', ({ text, code }) => {
    expect(readAnswer(text)).toMatchObject({ code });
  });

  it('reads anything without throwing', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => void readAnswer(text)));
  });
});
