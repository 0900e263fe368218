import type { JanusConfig } from '../../../config/config.js';
import { logFilesOf } from '../../../config/config.js';
import { toSnakeCase } from '../../../domain/text/visible.js';
import { actionTypeOf } from '../../../domain/thinking/playbook.js';
import type { MissionFile } from '../../../domain/thinking/playbook.schema.js';
import type { Reached } from '../../../domain/thinking/missions.js';
import { createReached } from '../../../domain/thinking/missions.js';
import type { Context } from '../../command.js';
import { asUnreadable } from '../audit/trail-options.js';

export type Mission = MissionFile['missions'][number];

export const missionStates = ['open', 'reached', 'over', 'off'] as const;
export type MissionState = (typeof missionStates)[number];

/** The missions as the next thinking cycle reads them. */
export interface KnownMissions {
  readonly file: string;
  /** As it was read; empty where there is no file. */
  readonly text: string;
  readonly missions: readonly Mission[];
  /** From the trail of this machine; where there is none, nothing is known to be reached. */
  readonly reached: Reached;
}

/** Throws CONFIG_INVALID with every problem of the file; no missions where there is no file. */
async function readFile(file: string): Promise<Pick<KnownMissions, 'text' | 'missions'>> {
  const { missionProblems } = await import('../../../config/registries.js');
  const { invalidConfig } = await import('../../../config/read-documents.js');
  const { readIfThere } = await import('../../../adapters/signatures/signer-store.js');
  const { readMissions } = await import('../../../adapters/playbooks/read-registries.js');
  const text = readIfThere(file);
  const problems = missionProblems(file);
  if (problems.length > 0) throw invalidConfig(problems);
  return { text, missions: (await readMissions(file))?.missions ?? [] };
}

async function readReached(context: Context): Promise<Reached> {
  const files = logFilesOf(await context.config());
  const reached = createReached();
  const { readWhole } = await import('../../../adapters/audit/read/read-trail.js');
  try {
    await readWhole(files, 'mission_log', ({ record }) => reached.apply(record));
  } catch (error) {
    throw asUnreadable(error);
  }
  return reached.snapshot();
}

/** Throws CONFIG_INVALID, and what reading the trail throws. */
export async function knownMissions(context: Context): Promise<KnownMissions> {
  const { missionObjectives: file } = (await context.config()).paths;
  return { file, ...(await readFile(file)), reached: await readReached(context) };
}

export function stateOf({ id, active, expires_at: expires }: Mission, reached: Reached, now: Date): MissionState {
  if (reached.has(id)) return 'reached';
  if (expires !== undefined && new Date(expires) <= now) return 'over';
  return active ? 'open' : 'off';
}

/** Types of what a model may choose: `allowed_action_types` chooses among these. */
export async function knownActionTypes(config: JanusConfig): Promise<readonly string[]> {
  const { catalogue, playbooksOffered, paths } = config;
  const { readPlaybooks } = await import('../../../adapters/playbooks/read-registries.js');
  const { playbookRules } = await import('../../../config/registries.js');
  const { playbooks } = playbooksOffered ? await readPlaybooks(paths.playbooks, playbookRules(config)) : { playbooks: [] };
  const ofPlaybooks = playbooks.map(({ document }) => toSnakeCase(actionTypeOf(document)));
  return [...new Set([...catalogue.map(({ actionType }) => actionType), ...ofPlaybooks])].sort();
}
