import { visible } from '../../../domain/text/visible.js';
import type { Command } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { jsonObjects } from '../../schemas/json-objects.js';
import { table } from '../../terminal/output.js';
import { noWords } from '../controls/words.js';
import { knownMissions, missionStates, stateOf } from './known-missions.js';

const usage = 'ubos missions list [--json]';

const json = jsonObjects(({ z, text }) => ({
  missions: z.strictObject({
    file: text,
    missions: z.array(
      z.strictObject({
        id: text,
        title: text,
        priority: z.number(),
        state: z
          .enum(missionStates)
          .describe('reached: a cycle saw its success hold, which closes it; over: its expires_at has passed; off: active is false'),
        success: z.record(z.string(), z.unknown()).nullable().describe('null: nothing can be measured, so it is never reached'),
      }),
    ),
  }),
}));

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
    const { file, missions, reached } = await knownMissions(context);
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
