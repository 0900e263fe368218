import { consideredIn } from '../approval/considered.js';
import { riskLevels } from '../action/proposal.js';
import type { ProposalStep } from '../trail/proposal-steps.js';
import { createProposalSteps } from '../trail/proposal-steps.js';
import { trailEvent } from '../trail/events.js';
import type { Fed } from '../trail/projection.js';
import type { AuditRecord } from '../trail/records.js';
import type { Meter } from './series.js';
import { unknownRisk } from './series.js';

const asRisk = (risk: string | undefined): string => riskLevels.find((level) => level === risk) ?? unknownRisk;
const numberIn = (value: unknown): number | undefined => (typeof value === 'number' && Number.isFinite(value) ? value : undefined);

type Counting = Pick<Meter, 'add' | 'observe'>;

function countStep(meter: Counting, step: ProposalStep): void {
  const state = step.kind === 'ended' ? step.end : step.kind;
  const risk = asRisk(step.risk);
  meter.add('janus_proposals_total', 1, { state, risk });
  if (step.kind === 'approved') meter.add('janus_approvals_total', 1, { by: step.by });
  const isByPerson = (step.kind === 'approved' && step.by === 'person') || (step.kind === 'ended' && step.byPerson);
  if (isByPerson && step.seconds !== undefined) meter.observe('janus_decision_seconds', step.seconds, { risk });
}

function countRecord(meter: Counting, record: AuditRecord): void {
  const { event_type: event, log, termination, runtime_seconds: runtime } = record;
  meter.add('janus_trail_records_total', 1, { log });
  meter.add('janus_trail_events_total', 1, { event });
  for (const { risk, seconds } of consideredIn(record))
    if (seconds !== undefined) meter.observe('janus_review_seconds', seconds, { risk: asRisk(risk) });
  if (event !== trailEvent.toolUse) return;
  meter.add('janus_commands_total', 1, { termination: String(termination) });
  const seconds = numberIn(runtime);
  if (seconds !== undefined) meter.observe('janus_command_seconds', seconds);
}

/**
 * Counts what one log says from a moment on, whoever wrote it. What was there before is not counted, for counters begin with their process; it
 * tells when proposals were made. A record is counted once, also where the log is read all over again.
 */
export function countRecords(since: string, meter: Counting): Fed {
  let counted = -1;
  const steps = createProposalSteps();
  return {
    apply(record) {
      const step = steps.read(record);
      if (record.seq <= counted) return;
      counted = record.seq;
      if (record.timestamp < since) return;
      countRecord(meter, record);
      if (step !== undefined) countStep(meter, step);
    },
    // How far it counted is not forgotten.
    forget: () => steps.forget(),
  };
}
