import { existsSync, readFileSync } from 'node:fs';
import { sha256 } from '../adapters/files/sha256.js';
import { parseProposal } from '../domain/action/proposal.schema.js';
import { reviewProposal } from '../domain/constitution/rules.js';
import type { Playbook, PlaybookRules } from '../domain/thinking/playbook.js';
import { compilePlaybook, proposePlaybook } from '../domain/thinking/playbook.js';
import { missionFileSchema, soundPlaybookFileSchema } from '../domain/thinking/playbook.schema.js';
import type { Violation } from '../domain/violation.js';
import type { JanusConfig } from './config.js';
import { toReviewContext } from './review-context.js';
import type { Problem } from './yaml/problem.js';
import { parseWithPositions } from './yaml/parse-with-positions.js';

/** What playbooks are compiled against. */
export const playbookRules = ({ tools, policy }: Pick<JanusConfig, 'tools' | 'policy'>): PlaybookRules => ({
  tools,
  grants: policy.grants,
  riskFloor: policy.riskFloor,
});

/**
 * Everything that is wrong in playbooks.json and mission_objectives.json, with file, line and key (spec F1). A cycle disables a broken
 * playbook and goes on; this is for the person who has just edited the file. Files that do not exist are no problem: nothing proposes.
 */
export function registryProblems(config: JanusConfig): Problem[] {
  return [...playbookProblems(config), ...missionProblems(config.paths.missionObjectives)];
}

/** Those of playbooks.json alone. */
export function playbookProblems(config: JanusConfig): Problem[] {
  const file = config.paths.playbooks;
  if (!existsSync(file)) return [];
  const parsed = parseWithPositions(readFileSync(file), file, soundPlaybookFileSchema);
  if (!parsed.ok) return [...parsed.problems];
  return parsed.value.playbooks.flatMap((playbook, index) => {
    const compiled = compilePlaybook(playbook, playbookRules(config), sha256);
    const found = (what: string, allowed: string): Problem => ({
      file,
      line: parsed.lineOf('playbooks', index),
      key: `playbooks.${index}`,
      found: what,
      allowed,
    });
    const { playbook_id: id } = playbook;
    if ('problems' in compiled) return compiled.problems.map((problem) => found(problem, `playbook ${id} is disabled`));
    return playbookObjections(compiled, config).map(({ rule, message }) =>
      found(message, `what playbook ${id} proposes is refused by rule ${rule} (its risk is ${compiled.risk})`),
    );
  });
}

/** What the constitution will say to each of its proposals, as far as the files tell: what is installed is looked at by `ubos doctor`. */
export function playbookObjections(playbook: Playbook, config: JanusConfig): Violation[] {
  const programs = Object.fromEntries(config.tools.map(({ name, command: [path] }) => [name, { path }]));
  const context = toReviewContext(config, { programs, grantProblems: {}, profile: '' });
  const occasion = { proposalId: 'janus-000000000000', timestamp: new Date(0).toISOString(), vesselId: config.vesselId };
  return reviewProposal(parseProposal(proposePlaybook(playbook, { ...occasion, metrics: {}, missions: undefined })), context);
}

/** Those of mission_objectives.json alone. */
export const missionProblems = (file: string): Problem[] => (existsSync(file) ? missionProblemsIn(readFileSync(file), file) : []);

/** Those of what stands in that file, or shall stand in it. */
export function missionProblemsIn(bytes: Uint8Array | string, file: string): Problem[] {
  const parsed = parseWithPositions(bytes, file, missionFileSchema);
  if (!parsed.ok) return [...parsed.problems];
  const { current, missions } = parsed.value;
  const ids = missions.map(({ id }) => id);
  const twice = ids.flatMap((id, index) =>
    ids.indexOf(id) === index
      ? []
      : [
          {
            key: `missions.${index}.id`,
            path: ['missions', index, 'id'],
            found: JSON.stringify(id),
            allowed: 'another mission has this id',
          },
        ],
  );
  const known = `the id of a mission: ${ids.join(', ') || 'there is none'}`;
  const unknown =
    current === undefined || ids.includes(current)
      ? []
      : [{ key: 'current', path: ['current'], found: JSON.stringify(current), allowed: known }];
  return [...twice, ...unknown].map(({ path, ...problem }) => ({ file, line: parsed.lineOf(...path), ...problem }));
}
