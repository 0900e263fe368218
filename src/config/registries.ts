import { existsSync, readFileSync } from 'node:fs';
import { sha256 } from '../adapters/files/sha256.js';
import { compilePlaybook } from '../domain/thinking/playbook.js';
import { missionFileSchema, soundPlaybookFileSchema } from '../domain/thinking/playbook.schema.js';
import type { JanusConfig } from './config.js';
import type { Problem } from './yaml/position.js';
import { parseWithPositions } from './yaml/position.js';

/**
 * Everything that is wrong in playbooks.json and mission_objectives.json, with file, line and key (spec F1). A cycle disables a broken
 * playbook and goes on; this is for the person who has just edited the file. Files that do not exist are no problem: nothing proposes.
 */
export function registryProblems({ paths, tools }: JanusConfig): Problem[] {
  return [...playbookProblems(paths.playbooks, tools), ...missionProblems(paths.missionObjectives)];
}

function playbookProblems(file: string, tools: JanusConfig['tools']): Problem[] {
  if (!existsSync(file)) return [];
  const parsed = parseWithPositions(readFileSync(file, 'utf8'), file, soundPlaybookFileSchema);
  if (!parsed.ok) return [...parsed.problems];
  return parsed.value.playbooks.flatMap((playbook, index) => {
    const compiled = compilePlaybook(playbook, tools, sha256);
    const line = parsed.lineOf('playbooks', index);
    return 'problems' in compiled
      ? compiled.problems.map((found) => ({
          file,
          line,
          key: `playbooks.${index}`,
          found,
          allowed: `playbook ${playbook.playbook_id} is disabled`,
        }))
      : [];
  });
}

function missionProblems(file: string): Problem[] {
  if (!existsSync(file)) return [];
  const parsed = parseWithPositions(readFileSync(file, 'utf8'), file, missionFileSchema);
  return parsed.ok ? [] : [...parsed.problems];
}
