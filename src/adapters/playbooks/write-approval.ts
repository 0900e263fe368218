import { JanusError } from '../../domain/errors.js';

/** What an approval leaves in the entry of its playbook. */
export interface WrittenApproval {
  readonly approved_by: string;
  readonly approved_at: string;
  readonly approved_hash: string;
  readonly approved_signature?: string;
}

const approvalKeys: ReadonlySet<string> = new Set([
  'approved_by',
  'approved_at',
  'approved_hash',
  'approved_signature',
] satisfies (keyof WrittenApproval)[]);

interface Entry {
  readonly playbook_id?: unknown;
}

/**
 * The text of a registry with the approval of one playbook put in, or taken out (undefined). The rest keeps its content, and gets an indentation of
 * two blanks. Throws CONFLICT where the playbook is there no longer.
 */
export function withApproval(text: string, playbookId: string, approval: WrittenApproval | undefined): string {
  // Whoever calls it has read the file strictly before: what JSON.parse would bend is refused there.
  const file = JSON.parse(text.replace(/^\uFEFF/, '')) as { readonly playbooks: readonly Entry[] };
  if (file.playbooks.filter(({ playbook_id: id }) => id === playbookId).length !== 1)
    throw new JanusError('CONFLICT', `the file changed meanwhile: ${playbookId} is there no longer, or twice. Nothing done.`, {
      next: 'ubos playbooks list',
    });
  const playbooks = file.playbooks.map((entry) =>
    entry.playbook_id === playbookId
      ? { ...Object.fromEntries(Object.entries(entry).filter(([key]) => !approvalKeys.has(key))), ...approval }
      : entry,
  );
  return `${JSON.stringify({ ...file, playbooks }, undefined, 2)}\n`;
}
