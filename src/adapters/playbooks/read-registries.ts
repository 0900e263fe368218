import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Playbook, PlaybookRules } from '../../domain/thinking/playbook.js';
import { compilePlaybook } from '../../domain/thinking/playbook.js';
import type { MissionFile } from '../../domain/thinking/playbook.schema.js';
import { missionFileSchema, playbookFileSchema, playbookSchema } from '../../domain/thinking/playbook.schema.js';
import { issueWords } from '../../domain/text/issue-words.schema.js';
import { lineInList, readJson } from '../../domain/text/strict-json.js';
import { errnoWords } from '../../domain/text/errno-words.js';
import { decodeText, textAllowed } from '../../domain/text/strict-text.js';
import { sha256 } from '../files/sha256.js';

export interface Skipped {
  readonly playbookId: string;
  readonly why: string;
}

async function readJsonFile(file: string): Promise<{ readonly value: unknown; readonly text: string } | { readonly why: string }> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    return { why: `${file} cannot be read: ${errnoWords(error)}` };
  }
  const text = decodeText(bytes);
  if (typeof text !== 'string') return { why: `${file}:${text.line}: found ${text.found}; ${textAllowed}` };
  const read = readJson(text);
  if ('value' in read) return { ...read, text };
  const { line, key, found, allowed } = read.flaw;
  return { why: `${file}:${line}: ${key === '' ? '' : `${key}: `}found ${found}; ${allowed}` };
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
  const read = await readJsonFile(file);
  if ('why' in read) return { playbooks: [], disabled: [], idle: read.why };
  const parsed = playbookFileSchema.safeParse(read.value);
  if (!parsed.success) return { playbooks: [], disabled: [], idle: `${file}: expected {"playbooks": [...]}` };
  const playbooks: Playbook[] = [];
  const disabled: Skipped[] = [];
  const seen = new Set<string>();
  for (const [index, entry] of parsed.data.playbooks.entries()) {
    const playbookId = idOf(entry, index);
    const document = playbookSchema.safeParse(entry, { error: issueWords });
    const why = document.success
      ? compilePlaybook(document.data, rules, sha256)
      : { problems: document.error.issues.map(({ path, message }) => `${path.map(String).join('.')}: ${message}`) };
    const disable = (words: string) => {
      const line = lineInList(read.text, 'playbooks', index);
      disabled.push({ playbookId, why: `disabled${line === undefined ? '' : `, line ${line}`}: ${words.slice(0, 500)}` });
    };
    if ('problems' in why) disable(why.problems.join('; '));
    else if (seen.has(playbookId)) disable('another playbook has this id');
    else playbooks.push(why);
    seen.add(playbookId);
  }
  return { playbooks, disabled };
}

/** What stands there, or why nobody can say; neither where there is no file. */
export async function lookAtMissions(file: string): Promise<{ readonly missions?: MissionFile; readonly why?: string }> {
  if (!existsSync(file)) return {};
  const read = await readJsonFile(file);
  if ('why' in read) return read;
  const parsed = missionFileSchema.safeParse(read.value, { error: issueWords });
  if (parsed.success) return { missions: parsed.data };
  const [first] = parsed.error.issues;
  return {
    why: `${file}: ${first?.path.map(String).join('.') ?? ''}: ${first?.message ?? 'no missions'}; all of it by: ubos missions check`,
  };
}

/** Undefined where there are none, or none that can be read. */
export const readMissions = async (file: string): Promise<MissionFile | undefined> => (await lookAtMissions(file)).missions;
