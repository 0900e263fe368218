import type { z } from 'zod';
import type { ReviewContext } from '../../../src/domain/constitution/rules.js';
import type { Playbook } from '../../../src/domain/thinking/playbook.js';
import { compilePlaybook } from '../../../src/domain/thinking/playbook.js';
import { playbookSchema } from '../../../src/domain/thinking/playbook.schema.js';
import { aContext, sha256 } from './proposals.js';

export type PlaybookInput = z.input<typeof playbookSchema>;

/** One entry of playbooks.json that is sound; change what the test is about. */
export function aPlaybookDocument(change: Partial<PlaybookInput> = {}): PlaybookInput {
  return {
    playbook_id: 'rotate',
    name: 'Log Rotation',
    trigger_conditions: { disk_usage_percent: '>80' },
    action_sequence: [{ tool: 'shell', command: 'df -h' }],
    ...change,
  };
}

export function tryPlaybook(change: Partial<PlaybookInput> = {}, context: Partial<ReviewContext> = {}): ReturnType<typeof compilePlaybook> {
  return compilePlaybook(playbookSchema.parse(aPlaybookDocument(change)), aContext(context), sha256);
}

export function aPlaybook(change: Partial<PlaybookInput> = {}, context: Partial<ReviewContext> = {}): Playbook {
  const compiled = tryPlaybook(change, context);
  if ('problems' in compiled) throw new TypeError(compiled.problems.join('; '));
  return compiled;
}
