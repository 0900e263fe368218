import type { CycleReport, ModelOutcome } from '../../../contract/cycle.js';
import { visible } from '../../../domain/text/visible.js';
import type { Context } from '../../command.js';
import { jsonObjects } from '../../schemas/json-objects.js';
import { paint, table, wrap } from '../../terminal/output.js';

export const cycleJson = jsonObjects(({ z, text, count, digest }) => ({
  cycle: z.strictObject({
    started: z.array(z.string()),
    duplicates: z.array(z.string()),
    skipped: z.array(z.strictObject({ playbook_id: text, why: text })),
    unmatched: z.array(z.strictObject({ playbook_id: text, why: text.describe('what it looked at, and what it waits for') })),
    idle: text.nullable(),
    metrics: z.record(z.string(), z.union([z.number(), z.boolean(), z.string(), z.null()])),
    model: z
      .strictObject({
        state: z.enum(['answered', 'failed', 'closed']).describe('closed: it was not asked'),
        code: text.nullable().describe('why it failed, or was not asked'),
        why: text.nullable(),
        provider: text.nullable(),
        model: text.nullable(),
        prompt_digest: text.nullable(),
        asked: count.describe('2: once more, to mend its answer'),
        charter: z
          .strictObject({ told: z.array(text), left_out: z.array(text).describe('there was no room for these') })
          .nullable()
          .describe('the sections of the charter that it was told'),
      })
      .nullable()
      .describe('null: it never came to that'),
    dropped: z
      .array(z.strictObject({ action: text.nullable(), code: text, why: text }))
      .describe('what the model chose and what is not proposed, with the reason'),
    reached: z.array(text).describe('missions whose success holds'),
    lookups: z.array(z.strictObject({ oracle: text, query: text, outcome: text })).describe('what oracles were asked for missions'),
    rehearsed: z
      .strictObject({
        context_digest: digest,
        missions: z.array(text),
        facts: z.array(z.strictObject({ id: text, text, trust: z.enum(['own', 'outside']), source: text })),
        proposals: z.array(z.record(z.string(), z.unknown())),
      })
      .nullable()
      .describe('of a dry run: what it saw, and would propose'),
  }),
}));

type Skipped = CycleReport['skipped'];

const skippedJson = (skipped: Skipped) => skipped.map(({ playbookId, why }) => ({ playbook_id: playbookId, why }));

function modelJson(model: ModelOutcome | undefined) {
  if (model === undefined) return null;
  const nothing = { code: null, why: null, provider: null, model: null, prompt_digest: null, asked: 0, charter: null };
  if (model.kind !== 'answered') return { ...nothing, state: model.kind, code: model.code, why: model.why };
  const { provider, promptDigest, asked, charter } = model;
  const told = charter === undefined ? null : { told: [...charter.told], left_out: [...charter.leftOut] };
  return { ...nothing, state: model.kind, provider, model: model.model, prompt_digest: promptDigest, asked, charter: told };
}

export function writeCycleJson(context: Context, report: CycleReport): void {
  const {
    started,
    duplicates,
    skipped,
    unmatched = [],
    idle,
    metrics,
    model,
    dropped = [],
    reached = [],
    lookups = [],
    rehearsed,
  } = report;
  cycleJson.write(context.stdout, 'cycle', {
    started,
    duplicates,
    skipped: skippedJson(skipped),
    unmatched: skippedJson(unmatched),
    idle: idle ?? null,
    metrics,
    model: modelJson(model),
    dropped: dropped.map(({ action, code, why }) => ({ action: action ?? null, code, why })),
    reached,
    lookups: lookups.map(({ oracle, query, outcome }) => ({ oracle, query, outcome })),
    rehearsed:
      rehearsed === undefined
        ? null
        : {
            context_digest: rehearsed.context.digest,
            missions: rehearsed.context.missions.map(({ id }) => id),
            facts: rehearsed.context.facts.map(({ id, text, trust, source }) => ({ id, text, trust, source })),
            proposals: rehearsed.documents.map((document) => ({ ...document })),
          },
  });
}

/** One sentence about the model; undefined where there is nothing to say: switched off is the default, and no news. */
function modelWords(model: ModelOutcome | undefined): string | undefined {
  if (model === undefined || (model.kind === 'closed' && model.code === 'disabled')) return undefined;
  if (model.kind === 'closed') return `The model was not asked: ${visible(model.why)}`;
  if (model.kind === 'failed') return `The model gave nothing (${visible(model.code)}): ${visible(model.why)}`;
  const asked = `Asked ${visible(model.model)} of ${visible(model.provider)}${model.asked > 1 ? ', twice' : ''}: prompt ${model.promptDigest.slice(0, 16)}`;
  return `${asked}${charterWords(model.charter)}`;
}

/** How much of the charter the prompt told. */
function charterWords(charter: { readonly told: readonly string[]; readonly leftOut: readonly string[] } | undefined): string {
  if (charter === undefined) return '';
  const { told, leftOut } = charter;
  if (leftOut.length === 0) return ', with the whole charter';
  return `, with ${told.length} of ${told.length + leftOut.length} sections of the charter (no room for ${leftOut.map((name) => visible(name)).join('; ')})`;
}

/** What a dry run saw and would propose. */
function writeRehearsed({ context: seen, documents }: NonNullable<CycleReport['rehearsed']>, context: Context): void {
  const line = (text: string) => context.stdout.write(`${wrap(text, context.columns, 4)}\n`);
  line(`Dry run: nothing was started. Context ${seen.digest.slice(0, 16)}`);
  for (const { id, title } of seen.missions) line(`  mission ${visible(id)}: ${visible(title)}`);
  for (const { id, text, trust, source } of seen.facts)
    line(`  ${id}  ${visible(text)}${trust === 'outside' ? ` (outside text: ${visible(source)})` : ''}`);
  for (const document of documents) {
    const calls = document.steps ?? [];
    const steps = calls.map(({ tool_name: tool, tool_args: args = [] }) => [tool, ...args].join(' ')).join(' · ');
    line(`Would propose ${visible(document.action_type)} (${document.risk_level}): ${visible(steps)}`);
    line(`  ${visible(document.rationale)}`);
  }
}

/** What a cycle came to, for people: of whatever was not proposed, why. */
export async function writeCycle(context: Context, report: CycleReport): Promise<void> {
  const { started, duplicates, skipped, unmatched = [], idle, dropped = [], model, reached = [], lookups = [], rehearsed } = report;
  const say = (text: string) => context.stderr.write(`${wrap(`  ${text}`, context.columns, 4)}\n`);
  if (rehearsed !== undefined) writeRehearsed(rehearsed, context);
  const counts = `${started.length} proposed, ${duplicates.length} duplicate, ${skipped.length} skipped`;
  const nothing = idle !== undefined && started.length === 0;
  if (nothing) context.stdout.write(`${wrap(`The cycle idled: ${visible(idle)}`, context.columns, 2)}\n`);
  else if (rehearsed === undefined) context.stdout.write(`${paint(context, 'green', '✓')} ${counts}\n`);
  for (const id of started) context.stdout.write(`  ${visible(id)}\n`);
  for (const mission of reached)
    context.stdout.write(`${wrap(`${paint(context, 'green', '✓')} mission ${visible(mission)} is reached`, context.columns, 2)}\n`);
  if (started.length > 0) context.stderr.write('  Review: ubos review\n');
  const looked = unmatched.map(({ playbookId, why }) => ({ playbookId, why: `did not fire: ${why}` }));
  const rows = [
    ...[...skipped, ...looked].map(({ playbookId, why }) => [`  ${visible(playbookId)}`, visible(why)]),
    ...dropped.map(({ action = 'the model', code, why }) => [`  ${visible(action)}`, `dropped, ${code}: ${visible(why)}`]),
  ];
  if (idle === undefined && started.length + duplicates.length + rows.length === 0 && rehearsed === undefined)
    context.stderr.write(`${wrap(`  There is no playbook in ${(await context.config()).paths.playbooks}`, context.columns, 4)}\n`);
  if (rows.length > 0) context.stderr.write(table(rows, context.columns, { overflow: 'wrap' }));
  for (const { oracle, query, outcome } of lookups) say(`Oracle ${visible(oracle)}, "${visible(query)}": ${visible(outcome)}`);
  const words = modelWords(model);
  if (words !== undefined) say(words);
}
