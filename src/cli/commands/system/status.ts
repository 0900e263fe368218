import type { AdoptedPage } from '../../../adapters/policies/kept-policies.js';
import type { StateCounts } from '../../../client/listing.js';
import type { BeatState } from '../../../contract/hands.js';
import type { Health } from '../../../client/health.js';
import type { JanusConfig } from '../../../config/config.js';
import type { HealthFinding } from '../../../domain/health/facts.js';
import type { Pace } from '../../../domain/approval/considered.js';
import { consideredIn, paceByRisk } from '../../../domain/approval/considered.js';
import { startHint, unitOfQueue } from '../../../domain/units.js';
import { visible } from '../../../domain/text/visible.js';
import type { Command, Context } from '../../command.js';
import { vesselOf } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { statusAlone } from './status-alone.js';
import { attentionRows, isStopped, modeWords, pauseWords, problemWords } from './status-words.js';
import { jsonObjects } from '../../schemas/json-objects.js';
import { paint, table } from '../../terminal/output.js';
import { controlsLine } from '../controls/picture.js';
import type { SeenControls } from '../controls/look.js';
import { lookAtControls } from '../controls/look.js';
import { snakeKeys } from '../../../domain/text/key-case.js';
import { when } from '../../terminal/times.js';
import { policyJson, policyRows } from '../policy/policy-row.js';
import type { VesselNow } from '../../health/vessel-now.js';
import { vesselNow } from '../../health/vessel-now.js';

const queues = ['brain', 'mind', 'hands'] as const;

interface Status {
  /** How people decided lately; undefined where there is no trail to read here. */
  readonly review: Readonly<Record<string, Pace>> | undefined;
  readonly vessel: string;
  readonly config: JanusConfig;
  readonly health: Health;
  readonly counts: StateCounts;
  readonly controls: SeenControls;
  /** In which mode it is, and what holds it; undefined where there is no trail to read here. */
  readonly now: VesselNow | undefined;
  /** Under which security policy the vessel runs; undefined where no brain has run on this machine. */
  readonly policy: AdoptedPage | undefined;
  /** What the facts of health come to. */
  readonly findings: readonly HealthFinding[];
  /** Queues that nobody polls. */
  readonly missing: readonly (typeof queues)[number][];
  readonly healthy: boolean;
}

/** So many records back: enough for months of decisions, and no more to read than the newest files. */
const recordsRead = 5_000;

/** From the trail of this machine alone: what cannot be read here is no reason for having no status. */
async function readReview({ paths }: JanusConfig): Promise<Status['review']> {
  try {
    const { readLast } = await import('../../../adapters/audit/read/read-trail.js');
    const { last, end } = await readLast(paths.proposalsLog, 'proposals', recordsRead);
    return end === undefined ? undefined : paceByRisk(last.flatMap(({ record }) => consideredIn(record)));
  } catch {
    return undefined;
  }
}

async function look(vessel: string, config: JanusConfig, context: Context): Promise<Status> {
  const [health, proposals] = await Promise.all([context.health(), context.proposals()]);
  const { readAdopted } = await import('../../../adapters/policies/kept-policies.js');
  const [counts, review, controls, policy] = await Promise.all([
    proposals.counts(),
    readReview(config),
    lookAtControls(config),
    readAdopted(config.paths.adoptedPolicies),
  ]);
  const { examineHealth } = await import('../../health/read-health.js');
  const findings = await examineHealth(config, health.polled, context);
  const missing = queues.filter((queue) => !health.polled[queue]);
  const now = await vesselNow(config, isStopped(findings));
  return { vessel, config, health, counts, review, controls, now, policy, findings, missing, healthy: findings.every(({ ok }) => ok) };
}

/** JSON knows no undefined. */
const inWords = (review: Readonly<Record<string, Pace>>) =>
  Object.fromEntries(
    Object.entries(review).map(([risk, { medianSeconds, ...rest }]) => [risk, { ...rest, medianSeconds: medianSeconds ?? null }]),
  );

/** "low 12 decided, half within 4 s"; and a word of warning where a look has become a reflex. */
function reviewRows(review: Status['review'], context: Context): (readonly string[])[] {
  return Object.entries(review ?? {}).map(([risk, { decisions, measured, medianSeconds, hasty }], index) => {
    const looked =
      medianSeconds === undefined
        ? 'nobody measured for how long they were looked at'
        : `half of ${measured === decisions ? 'them' : `the ${measured} that were measured`} looked at for ${medianSeconds} s or less`;
    const warning = `${hasty} of the last ${Math.min(10, measured)} took less than 3 s`;
    const text = `${visible(risk)} risk: ${decisions} decided, ${looked}`;
    return [index === 0 ? 'review' : '', hasty === 0 ? text : `${text}; ${paint(context, 'yellow', warning)}`];
  });
}

const json = jsonObjects(({ z, text, count, isoTime, status, healthFinding, shapeOf }) => ({
  status: z.strictObject({
    vessel: text,
    mode: text.nullable().describe('what counts now, as recorded last; null: there is no trail here'),
    ceiling: text.describe('`operational_mode`: what the configuration allows at most'),
    paused_by: z.array(text).describe('pauses that nobody has ended: `ubos resume` does'),
    healthy: z.boolean(),
    findings: z.array(healthFinding).describe('what each fact of health comes to, as in `ubos doctor`'),
    missing: z.array(z.enum(queues)),
    emergency_stop: z.boolean(),
    temporal: text,
    namespace: text,
    counts: shapeOf<StateCounts>()(z.record(status.exclude(['draft']), count)),
    review: z
      .record(
        z.string(),
        z.strictObject({
          decisions: count,
          measured: count,
          median_seconds: z.number().nullable(),
          hasty: count.describe('of the last ten that were measured, those under three seconds; 0 for low risk'),
        }),
      )
      .nullable()
      .describe('by risk: for how long people looked at what they decided; null: there is no trail here'),
    escapement: shapeOf<BeatState>()(
      z.strictObject({
        ticks: count,
        missed: count,
        jitter_p50_ms: z.number(),
        jitter_p99_ms: z.number(),
        emergency_stop: z.boolean(),
        last_tick_at: isoTime,
      }),
    ).nullable(),
    policy: z
      .strictObject({
        ...{ policy: text, at: isoTime, of: text.nullable(), looser: z.array(text), stricter: z.array(text) },
        held: z.boolean().describe('the files say a looser one, which does not count'),
      })
      .nullable()
      .describe('as in `ubos policy show`; null: no brain has run on this machine'),
    thinking: z.strictObject({ paused: z.boolean(), next: isoTime.nullable() }).nullable(),
  }),
}));

function writeStatus({ vessel, config, health, counts, review, now, policy, findings, missing, healthy }: Status, context: Context): void {
  json.write(context.stdout, 'status', {
    vessel,
    mode: now?.mode ?? null,
    ceiling: config.operationalMode,
    paused_by: now?.pauses.map(({ id }) => id) ?? [],
    healthy,
    findings: findings.map((finding) => ({ next: null, ...finding })),
    missing,
    emergency_stop: isStopped(findings),
    temporal: health.address,
    namespace: health.namespace,
    counts,
    review: review === undefined ? null : snakeKeys(inWords(review)),
    policy: policy === undefined ? null : policyJson(policy),
    escapement: health.escapement === undefined ? null : snakeKeys(health.escapement),
    thinking: health.thinking === undefined ? null : { paused: health.thinking.paused, next: health.thinking.next ?? null },
  });
}

function thinkingWords({ thinking }: Health, context: Context): string {
  if (thinking === undefined) return 'no schedule yet';
  if (thinking.paused) return paint(context, 'yellow', 'paused');
  return thinking.next === undefined ? 'nothing is due' : `next ${when(new Date(thinking.next), context, 'relative')}`;
}

function escapementWords({ escapement }: Health, context: Context): string {
  if (escapement === undefined) return paint(context, 'yellow', 'not ticking');
  const { ticks, missed, jitterP50Ms, jitterP99Ms, lastTickAt } = escapement;
  return `last tick ${when(new Date(lastTickAt), context, 'relative')} · ${ticks} ticks, ${missed} missed · jitter p50 ${jitterP50Ms} ms, p99 ${jitterP99Ms} ms`;
}

function render(status: Status, context: Context): string {
  const { vessel, config, health, counts, review, controls, now, policy, findings, missing, healthy } = status;
  const wrong = isStopped(findings) ? 'EMERGENCY STOP' : missing.length > 0 ? `no worker for ${missing.join(', ')}` : 'not healthy';
  const state = healthy ? paint(context, 'green', 'healthy') : paint(context, 'red', wrong);
  const name = visible(vessel === config.vesselId ? config.vesselName : vessel);
  const problems = [...(missing.length > 0 ? [startHint(...missing.map(unitOfQueue))] : []), ...problemWords(findings)];
  const suspended = counts.suspended > 0 ? `${counts.suspended} suspended · ` : '';
  const settle = counts.indeterminate > 0 ? [`${counts.indeterminate} indeterminate: ubos proposals list --state indeterminate`] : [];
  const rows = [
    [name, `${modeWords(now, config)}  ${state}  temporal ${visible(health.address)}, namespace ${visible(health.namespace)}`],
    [
      'queue',
      `${counts.proposed} waiting · ${suspended}${counts.executing} running · ended: ${counts.completed} completed, ${counts.rejected} rejected, ${counts.failed} failed, ${counts.rolled_back} rolled back`,
    ],
    ...attentionRows([...problems, ...pauseWords(now, context), ...settle], context),
    ...reviewRows(review, context),
    ['controls', controlsLine(controls)],
    ...policyRows(policy, context),
    ['escapement', escapementWords(health, context)],
    ['thinking', thinkingWords(health, context)],
  ];
  return table(rows, context.columns, { overflow: 'wrap', widest: [24] });
}

export const command: Command = {
  json: [json],
  usage: 'ubos status [--vessel ID] [--exit-code] [--json]',
  details:
    'What runs and what waits. --exit-code: 9 when a fact of health does not hold. Each of them: ubos doctor. Where no server answers: what this machine knows of its vessel, an emergency stop first, and 69.',
  options: { 'exit-code': { type: 'boolean' } },
  async run({ values }, context) {
    const config = await context.config();
    const vessel = vesselOf(values, config);
    const status = await look(vessel, config, context).catch((error: unknown) => {
      // What this machine knows holds for its own vessel alone.
      if (vessel !== config.vesselId) throw error;
      return statusAlone(error, config, context);
    });
    if (context.json) writeStatus(status, context);
    else context.stdout.write(render(status, context));
    return status.healthy || values['exit-code'] !== true ? EXIT.ok : EXIT.degraded;
  },
};
