import { expect, it } from '@jest/globals';
import { whyOf } from '../../src/contract/labels.js';
import { aDocument } from '../support/proposals/proposals.js';

it('lists say whose text a proposal rests on before its reason, and of any payload something short (spec T5)', () => {
  const why = whyOf(aDocument({ rationale: 'The disk fills', metadata: { outside_sources: ['agent log'] } }));
  expect(why).toBe('OUTSIDE TEXT (agent log): The disk fills');
  expect(whyOf(aDocument({ rationale: 'The disk fills' }))).toBe('The disk fills');
  for (const payload of [
    undefined,
    null,
    7,
    'x',
    [],
    { metadata: 7, rationale: 'x' },
    { rationale: 'x', metadata: { outside_sources: [{}] } },
  ])
    expect(whyOf(payload).length).toBeLessThanOrEqual(72);
});
