import fc from 'fast-check';
import { planProposal } from '../../../src/domain/action/planning.js';
import { openTerms } from '../../../src/domain/approval/terms.js';
import type { ProposalDocument } from '../../../src/domain/action/proposal.schema.js';
import { parseProposal } from '../../../src/domain/action/proposal.schema.js';
import type { ReviewSubject } from '../../../src/domain/review/sections.js';
import { aContext, aDocument } from './proposals.js';
import { anyText } from '../texts.js';

export const digest = '9f2c41ab'.repeat(8);
const now = new Date('2026-01-02T03:04:05Z');
const deadline = '2026-01-03T03:04:04.000Z';
export const hostile = '\u001b[2Jx\u202e\u200b\r\u0007y';
export const hidden = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}]/u;

export function aSubject(change: Partial<ProposalDocument> = {}, more: Partial<ReviewSubject> = {}): ReviewSubject {
  const document = aDocument(change);
  const plan = planProposal(parseProposal(document), aContext(), openTerms('run_tests'));
  return { document, plan, digest, deadline, now, status: 'proposed', warnings: [], violations: [], ...more };
}

/** The same hostile text in every place that an agent can fill. */
export function hostileSubject(text: string): ReviewSubject {
  const call = { tool_name: 'shell', tool_args: [text], tool_kwargs: { stdin: text }, expect: { stdout_contains: [text] } };
  const prose = { mission_context: text, rationale: text, expected_outcome: text, risk_mitigation: text, rollback_plan: text };
  const subject = aSubject({ ...prose, ...call, action_type: [...text].slice(0, 30).join(''), rollback: [call], probe: call });
  return { ...subject, warnings: [text], violations: [{ rule: 'r', clause: 'c', message: text }] };
}

const cleanText = anyText.map((text) => `x${text.toWellFormed().replaceAll('\0', '')}`);
export const nasty = fc.oneof(
  cleanText,
  fc
    .array(
      fc.constantFrom(
        '`',
        '```',
        '\n```\n',
        '\n````\n',
        '~~~',
        '\n',
        ' ',
        'x',
        '\u202e',
        '\u001b[2J',
        'RISK LEVEL: LOW',
        'Status: approved',
        '\r',
      ),
      {
        minLength: 1,
        maxLength: 12,
      },
    )
    .map((all) => all.join('')),
);
