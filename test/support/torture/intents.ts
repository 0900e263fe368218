import type { ProposalDraft } from '../../../src/domain/action/proposal.schema.js';
import type { RiskLevel } from '../../../src/domain/action/proposal.js';
import type { Random } from './random.js';

/** What people will do about one proposal, made up before it is proposed. */
export interface Intent {
  readonly id: string;
  readonly risk: RiskLevel;
  readonly draft: ProposalDraft;
  readonly course: Course;
  /** By signal, or by the update `decide`. */
  readonly byUpdate: boolean;
}

/**
 * `approve`; `reject`; `extend` and approve; `withdraw` (an approval is taken back and given again); `forged` (a signature of nobody, then good
 * ones); `cancel` (approve, and cancel while it may run); `ignore` (cancelled when the load is drained).
 */
export type Course = (typeof courses)[number];
export const courses = ['approve', 'reject', 'extend', 'withdraw', 'forged', 'cancel', 'ignore'] as const;

type Step = Record<string, unknown>;
const mark = (id: string, name: string, seconds = 0, code = 0): Step => ({
  tool_name: 'mark',
  tool_args: [id, name, String(seconds), String(code)],
});

const pickCourse = (random: Random): Course => {
  const at = random.next();
  if (at < 0.62) return 'approve';
  if (at < 0.72) return 'reject';
  return random.pick(['extend', 'withdraw', 'forged', 'cancel', 'cancel', 'ignore']);
};

/** Half of them are over at once, some take as long as a worker lives, a few longer than the server's patience with one that is dead. */
function pickSeconds(random: Random): number {
  const at = random.next();
  const seconds = at < 0.5 ? 0 : at < 0.9 ? 3 * random.next() : at < 0.98 ? 3 + 5 * random.next() : 12;
  return Math.round(10 * seconds) / 10;
}

function oneStep(id: string, random: Random): Step {
  const undo = { ...mark(id, 'undo-0', random.chance(0.3) ? 0.7 : 0), expect: { exit_code: 0 } };
  const probe = { tool_name: 'mark', tool_args: ['happened', id, 'step-0'] };
  return {
    ...mark(id, 'step-0', pickSeconds(random), random.chance(0.2) ? 3 : 0),
    rollback: [undo],
    ...(random.chance(0.3) && { probe }),
  };
}

function severalSteps(id: string, random: Random): Step {
  const count = 2 + random.below(2);
  const failing = random.chance(0.4) ? random.below(count) : -1;
  const steps = Array.from({ length: count }, (_, index) => ({
    ...mark(id, `step-${index}`, random.chance(0.5) ? 0.6 : 0, index === failing ? 3 : 0),
    rollback: [mark(id, `undo-${index}`)],
  }));
  return { steps };
}

/** The same without a grant: its lines stay in its workspace. */
const noted = ({ probe, ...step }: Step): Step => ({
  ...step,
  tool_name: 'note',
  ...(probe !== undefined && { probe: { ...(probe as Step), tool_name: 'note' } }),
});

export function makeIntent(random: Random, number: number): Intent {
  // A number of its own keeps ids of one run apart even where the seeds meet.
  const id = `janus-${random.below(0x1_00_00_00).toString(16).padStart(6, '0')}${number.toString(16).padStart(6, '0')}`;
  // At low risk nobody has to say how it is undone: then a person has to say how an interrupted one ended.
  const isBare = random.chance(0.12);
  const risk = isBare ? 'low' : random.pick(['medium', 'medium', 'high'] as const);
  const action = isBare || random.chance(0.75) ? oneStep(id, random) : severalSteps(id, random);
  const draft: Step = {
    proposal_id: id,
    mission_context: 'Torture of the whole system',
    action_type: 'torture',
    rationale: `Workers and server are killed while this runs, and it must not run twice: number ${number}.`,
    risk_level: risk,
    rollback_plan: 'Another line tells that it was undone',
    ...(random.chance(0.04) && { preview: true }),
    ...(isBare ? { ...noted(action), rollback: [] } : action),
  };
  return { id, risk, course: pickCourse(random), byUpdate: random.chance(0.4), draft: draft as unknown as ProposalDraft };
}
