import { day } from '../../../src/domain/modes/settings.js';
import type { BuiltTrail } from '../trail/built-trail.js';
import { buildTrail } from '../trail/built-trail.js';
import { dayOne, isoOf } from './trails.js';

/** A trail in files: days of alpha with a cycle each, and what people decided on the last one. */
export function writtenLife(days: number, { approved, rejected }: { readonly approved: number; readonly rejected: number }): BuiltTrail {
  const trail = buildTrail();
  for (let each = 0; each <= days; each += 1) trail.add('mission_log', { timestamp: isoOf(dayOne + each * day) }, 'thinking_cycle');
  const timestamp = isoOf(dayOne + days * day);
  for (let each = 0; each < approved + rejected; each += 1) {
    const action_id = `janus-${String(each).padStart(12, '0')}`;
    trail.add('proposals', { timestamp, action_id, proposer_assurance: 'brain', id: `${action_id}/review` }, 'action_proposed');
    if (each < approved)
      trail.add('proposals', { timestamp, action_id, id: `${action_id}/approved`, assurance: 'signed' }, 'action_approved');
    else trail.add('proposals', { timestamp, action_id, id: `${action_id}/end`, decided_by: 'ana' }, 'action_rejected');
  }
  return trail;
}
