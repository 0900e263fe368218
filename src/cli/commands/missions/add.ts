import { JanusError } from '../../../domain/errors.js';
import { visible } from '../../../domain/text/visible.js';
import type { Metrics } from '../../../domain/thinking/metrics.js';
import type { NewMission, TypedMission } from '../../../domain/thinking/new-mission.js';
import { newMission, newMissionRemarks } from '../../../domain/thinking/new-mission.js';
import type { Command, Context, Values } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { jsonObjects } from '../../schemas/json-objects.js';
import { interrupted } from '../../terminal/keyboard.js';
import { paint, wrap } from '../../terminal/output.js';
import { measured } from '../playbooks/conditions.js';
import { draftOnRecord } from './drafting.js';
import type { KnownMissions } from './known-missions.js';
import { knownActionTypes, knownMissions } from './known-missions.js';
import { options, storingCommand, typedMission, usage } from './typed-mission.js';

const json = jsonObjects(({ z, text }) => ({
  'mission-added': z.strictObject({
    file: text,
    stored: z.boolean().describe('false: drafted, and there was nobody to confirm it'),
    mission: z.strictObject({
      id: text,
      title: text,
      objective: text,
      priority: z.number(),
      active: z.boolean(),
      allowed_action_types: z.array(text).nullable().describe('null: every type'),
      expires_at: text.nullable(),
      success: z.record(z.string(), z.string()).nullable(),
    }),
    drafted_by: z.strictObject({ provider: text, model: text }).nullable().describe('null: all of it was typed'),
    remarks: z.array(text).describe('what is sound, and is hardly meant'),
  }),
}));

/** A mission before it is stored, and what there is to say about it. */
interface Draft {
  readonly mission: NewMission;
  readonly draftedBy: { readonly provider: string; readonly model: string } | undefined;
  readonly remarks: readonly string[];
}

/** The typed rest of a command that needs no model. */
const byHand = ({ sentence }: TypedMission) =>
  `ubos missions add '${sentence.replaceAll("'", '’')}' --success 'METRIC=CONDITION', or --yes as it stands`;

/** Where the person said when it is reached, or what may serve it, or that it stands as typed, no model is asked. */
const isTyped = ({ success, allowed }: TypedMission, values: Values) =>
  Object.keys(success).length > 0 || allowed.length > 0 || values['yes'] === true;

function refuseTaken({ id }: TypedMission, { missions, reached, file }: KnownMissions): void {
  if (id === undefined) return;
  const why = missions.some((mission) => mission.id === id)
    ? `${file} has a mission ${id} already`
    : reached.has(id)
      ? `a mission ${id} was reached once, and stays closed`
      : undefined;
  if (why !== undefined) throw new JanusError('USAGE', why, { next: 'give it another --id' });
}

async function draftOf(typed: TypedMission, known: KnownMissions, { values, context }: Adding): Promise<Draft> {
  const metrics: Metrics = await measured(context);
  const taken = new Set([...known.missions.map(({ id }) => id), ...known.reached]);
  const actionTypes = await knownActionTypes(await context.config());
  const answer = isTyped(typed, values)
    ? undefined
    : await draftOnRecord({ sentence: typed.sentence, actionTypes, metrics }, byHand(typed), context);
  const mission = newMission(typed, answer, taken);
  const dropped = (answer?.dropped ?? []).map((what) => `the model said besides: ${what}`);
  return {
    mission,
    draftedBy: answer && { provider: answer.provider, model: answer.model },
    remarks: [...newMissionRemarks(mission, metrics), ...dropped],
  };
}

interface Adding {
  readonly values: Values;
  readonly context: Context;
}

function writeDraft({ mission, draftedBy, remarks }: Draft, context: Context): void {
  const conditions = Object.entries(mission.success ?? {}).map(([metric, condition]) => `${metric} ${condition}`);
  const rows = [
    ['MISSION', mission.id],
    ['TITLE', mission.title],
    ['OBJECTIVE', mission.objective],
    ['MAY PROPOSE', mission.allowed_action_types?.join(', ') ?? 'actions of every type'],
    ['REACHED WHEN', conditions.join(' and ') || 'never: nothing says so'],
    ['PRIORITY', String(mission.priority)],
    ...(mission.expires_at === undefined ? [] : [['OVER AT', mission.expires_at]]),
  ] as const;
  const by =
    draftedBy === undefined
      ? 'As you typed it'
      : `As ${visible(draftedBy.model)} (${visible(draftedBy.provider)}) put it; the objective is yours`;
  context.stdout.write(`${wrap(`${by}:`, context.columns)}\n`);
  for (const [name = '', text = ''] of rows)
    context.stdout.write(`  ${wrap(`${name.padEnd(13)} ${visible(text)}`, context.columns - 2, 14)}\n`);
  for (const remark of remarks)
    context.stdout.write(`  ${wrap(`${paint(context, 'yellow', '!')} ${visible(remark)}`, context.columns - 2, 2)}\n`);
}

/** The person's own word, on a terminal or by --yes. Throws INTERRUPTED, or USAGE where there is nobody to ask. */
async function confirm(draft: Draft, { values, context }: Adding): Promise<void> {
  if (values['yes'] === true) return;
  const again = storingCommand(draft.mission);
  if (!context.interactive || context.json)
    throw new JanusError('USAGE', 'there is no terminal to confirm it on. Nothing was stored', { next: again });
  const key = await context.keyboard.key(paint(context, 'bold', '[y]es, store it  [n]o ? '));
  if (key === 'y') return;
  context.stderr.write(`  To change it, then store it: ${again}\n`);
  throw interrupted('nothing was stored');
}

/** Throws CONFLICT where the file is not as it was read, USAGE where the mission does not fit into it. */
async function store({ mission }: Draft, { file, text }: KnownMissions): Promise<void> {
  const { withMission } = await import('../../../adapters/playbooks/write-mission.js');
  const { changeAtomically } = await import('../../../adapters/signatures/signer-store.js');
  const { missionProblemsIn } = await import('../../../config/registries.js');
  const [problem] = missionProblemsIn(withMission(text, text, mission), file);
  if (problem !== undefined)
    throw new JanusError(
      'USAGE',
      visible(`it would not be read: ${problem.key}: found ${problem.found}; ${problem.allowed}. Nothing was stored`),
      { next: usage },
    );
  await changeAtomically(file, (now) => withMission(now, text, mission));
}

function report(draft: Draft, stored: boolean, { file }: KnownMissions, context: Context): void {
  const { mission, draftedBy, remarks } = draft;
  if (context.json)
    json.write(context.stdout, 'mission-added', {
      ...{ file, stored, remarks, drafted_by: draftedBy ?? null },
      mission: {
        ...mission,
        allowed_action_types: mission.allowed_action_types ?? null,
        expires_at: mission.expires_at ?? null,
        success: mission.success ?? null,
      },
    });
  else if (stored) {
    context.stdout.write(
      `${wrap(`${paint(context, 'green', '✓')} ${mission.id} is a mission: the next thinking cycle reads it`, context.columns, 2)}\n`,
    );
    context.stderr.write('  See: ubos missions check\n');
  } else writeDraft(draft, context);
}

export const command: Command = {
  json: [json],
  usage,
  details:
    'Makes a mission of a sentence. Without --success, --allow or --yes the model that llm names puts it into a form: title, types of action, and when it is reached; that counts and costs like a question of a cycle. It is shown, and stored only when you say so: on a terminal by y, elsewhere by the command that is printed. --yes: as it was typed, unasked, and no model is asked. The file keeps all that stands in it; one that changed meanwhile is refused. Needs no server.',
  options,
  interrupted: 'nothing was stored',
  async run({ positionals, values }, context) {
    const config = await context.config();
    const typed = typedMission(positionals, values, { actionTypes: await knownActionTypes(config), now: context.now() });
    const known = await knownMissions(context);
    refuseTaken(typed, known);
    const draft = await draftOf(typed, known, { values, context });
    if (values['yes'] !== true) report(draft, false, known, context);
    await confirm(draft, { values, context });
    await store(draft, known);
    if (values['yes'] === true && !context.json) writeDraft(draft, context);
    report(draft, true, known, context);
    return EXIT.ok;
  },
};
