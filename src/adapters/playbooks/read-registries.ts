import { readFile } from 'node:fs/promises';
import type { Playbook, PlaybookRules } from '../../domain/thinking/playbook.js';
import { compilePlaybook } from '../../domain/thinking/playbook.js';
import type { MissionFile } from '../../domain/thinking/playbook.schema.js';
import { missionFileSchema, playbookFileSchema, playbookSchema } from '../../domain/thinking/playbook.schema.js';
import { jsonFlaw } from '../../domain/text/strict-json.js';
import { decodeText, textAllowed } from '../../domain/text/strict-text.js';
import { sha256 } from '../files/sha256.js';

export interface Skipped {
  readonly playbookId: string;
  readonly why: string;
}

async function readJson(file: string): Promise<{ readonly value: unknown } | { readonly why: string }> {
  try {
    const text = decodeText(await readFile(file));
    if (typeof text !== 'string') return { why: `${file}:${text.line}: found ${text.found}; ${textAllowed}` };
    const value: unknown = JSON.parse(text);
    const flaw = jsonFlaw(text);
    return flaw === undefined ? { value } : { why: `${file}:${flaw.line}: ${flaw.key}: found ${flaw.found}; ${flaw.allowed}` };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return { why: code === 'ENOENT' ? `${file} does not exist` : `${file} cannot be read: ${code ?? (error as Error).message}` };
  }
}

/** What the registry holds, and what it holds in vain. */
export interface Registry {
  readonly playbooks: readonly Playbook[];
  readonly disabled: readonly Skipped[];
  readonly idle?: string;
}

const idOf = (entry: unknown, index: number) => {
  const id: unknown = (entry as { playbook_id?: unknown } | null)?.playbook_id;
  return typeof id === 'string' ? id.slice(0, 64) : `#${index + 1}`;
};

/** Reads the registry afresh: what people wrote since the last cycle counts. A broken entry disables itself alone. */
export async function readPlaybooks(file: string, rules: PlaybookRules): Promise<Registry> {
  const read = await readJson(file);
  if ('why' in read) return { playbooks: [], disabled: [], idle: read.why };
  const parsed = playbookFileSchema.safeParse(read.value);
  if (!parsed.success) return { playbooks: [], disabled: [], idle: `${file}: expected {"playbooks": [...]}` };
  const playbooks: Playbook[] = [];
  const disabled: Skipped[] = [];
  const seen = new Set<string>();
  for (const [index, entry] of parsed.data.playbooks.entries()) {
    const playbookId = idOf(entry, index);
    const document = playbookSchema.safeParse(entry);
    const why = document.success
      ? compilePlaybook(document.data, rules, sha256)
      : { problems: document.error.issues.map(({ path, message }) => `${path.map(String).join('.')}: ${message}`) };
    if ('problems' in why) disabled.push({ playbookId, why: `disabled: ${why.problems.join('; ').slice(0, 500)}` });
    else if (seen.has(playbookId)) disabled.push({ playbookId, why: 'disabled: another playbook has this id' });
    else playbooks.push(why);
    seen.add(playbookId);
  }
  return { playbooks, disabled };
}

/** Undefined where there are none, or none that can be read. */
export async function readMissions(file: string): Promise<MissionFile | undefined> {
  const read = await readJson(file);
  const parsed = 'value' in read ? missionFileSchema.safeParse(read.value) : undefined;
  return parsed?.success === true ? parsed.data : undefined;
}
