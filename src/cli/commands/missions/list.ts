import { logFilesOf } from '../../../config/config.js';
import type { MissionFile } from '../../../domain/thinking/playbook.schema.js';
import type { Reached } from '../../../domain/thinking/missions.js';
import { createReached } from '../../../domain/thinking/missions.js';
import { visible } from '../../../domain/text/visible.js';
import type { Command, Context } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { jsonObjects } from '../../schemas/json-objects.js';
import { table } from '../../terminal/output.js';
import { asUnreadable } from '../audit/trail-options.js';
import { noWords } from '../controls/words.js';

const usage = 'ubos missions list [--json]';

const states = ['open', 'reached', 'over', 'off'] as const;
type State = (typeof states)[number];
type Mission = MissionFile['missions'][number];

const json = jsonObjects(({ z, text }) => ({
  missions: z.strictObject({
    file: text,
    missions: z.array(
      z.strictObject({
        id: text,
        title: text,
        priority: z.number(),
        state: z
          .enum(states)
          .describe('reached: a cycle saw its success hold, which closes it; over: its expires_at has passed; off: active is false'),
        success: z.record(z.string(), z.unknown()).nullable().describe('null: nothing can be measured, so it is never reached'),
      }),
    ),
  }),
}));

/** Throws CONFIG_INVALID with every problem of the file; undefined where there is none. */
async function read(context: Context): Promise<MissionFile | undefined> {
  const config = await context.config();
  const { missionProblems } = await import('../../../config/registries.js');
  const { invalidConfig } = await import('../../../config/load.js');
  const { readMissions } = await import('../../../adapters/playbooks/read-registries.js');
  const problems = missionProblems(config.paths.missionObjectives);
  if (problems.length > 0) throw invalidConfig(problems);
  return readMissions(config.paths.missionObjectives);
}

/** From the trail of this machine; where there is none, nothing is known to be reached. */
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

function stateOf({ id, active, expires_at: expires }: Mission, reached: Reached, now: Date): State {
  if (reached.has(id)) return 'reached';
  if (expires !== undefined && new Date(expires) <= now) return 'over';
  return active ? 'open' : 'off';
}

const successText = (success: unknown) =>
  Object.entries((success ?? {}) as Record<string, unknown>)
    .map(([metric, condition]) => `${metric} ${String(condition)}`)
    .join(', ');

export const command: Command = {
  json: [json],
  usage,
  details:
    'What the vessel is there for, as the next thinking cycle reads it, and which missions are reached. One that is reached stays closed: to pursue the same again, give it another id. Needs no server.',
  async run({ positionals }, context) {
    noWords(positionals, 0, usage);
    const { missionObjectives: file } = (await context.config()).paths;
    const [missions, reached] = [(await read(context))?.missions ?? [], await readReached(context)];
    const now = context.now();
    if (context.json)
      json.write(context.stdout, 'missions', {
        file,
        missions: missions.map((mission) => ({
          ...{ id: mission.id, title: mission.title, priority: mission.priority, state: stateOf(mission, reached, now) },
          success: (mission.success as Record<string, unknown> | undefined) ?? null,
        })),
      });
    else if (missions.length === 0) context.stderr.write(`There is no mission in ${file}.\n`);
    else {
      const rows = missions.map((mission) => [
        ...[mission.id, String(mission.priority), stateOf(mission, reached, now)],
        ...[visible(successText(mission.success)) || '-', visible(mission.title)],
      ]);
      context.stdout.write(table([['MISSION', 'PRIORITY', 'STATE', 'SUCCESS', 'TITLE'], ...rows], context.columns, { overflow: 'wrap' }));
    }
    return EXIT.ok;
  },
};
