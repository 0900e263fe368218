import type { ProposalDocument } from '../action/proposal.schema.js';
import { literally } from '../text/literal-markdown.js';
import { shorten, toSnakeCase } from '../text/visible.js';

/** Cut until what Markdown needs around it fits too: a code span whose end is cut off would be none. */
function withinBytes(text: string, characters: number, bytes: number): string {
  let shown = literally(shorten(text, characters));
  for (let length = characters; utf8Length(shown) > bytes || [...shown].length > characters; length -= 4)
    shown = literally(shorten(text, length));
  return shown;
}

/** "MEDIUM log_rotate: rotate agent logs (86 % full)": at most 200 bytes, for the workflow's static summary. */
export function summaryLine(document: ProposalDocument, before = ''): string {
  const text = `${before}${String(document.risk_level).toUpperCase()} ${toSnakeCase(String(document.action_type))}: ${String(document.rationale).replaceAll('\n', ' ')}`;
  return withinBytes(text, 120, 200);
}

/** For the workflow's static details: short, because the whole review is in the current details and costs no history there. */
export function detailsLine(document: ProposalDocument): string {
  return withinBytes(String(document.mission_context), 200, 800);
}

function utf8Length(text: string): number {
  return [...text].reduce((sum, character) => {
    const point = character.codePointAt(0) ?? 0;
    return sum + (point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4);
  }, 0);
}
