import type { SignedWord } from '../../../domain/modes/evidence.js';
import type { Mode } from '../../../domain/modes/mode.js';
import type { ModeView } from '../../../domain/modes/view.js';
import { shorten } from '../../../domain/text/visible.js';
import { trailEvent } from '../../../domain/trail/events.js';
import type { EntryOf } from '../../../domain/trail/records.js';
import type { BrainDependencies } from '../dependencies.js';
import { groundsOf } from './mode-now.js';

export interface Change {
  readonly to: Mode;
  readonly rule: string;
  readonly why: string;
  /** Who ordered it; nobody where it came about by itself. */
  readonly by?: string;
  readonly orders?: readonly SignedWord[];
  readonly nonce?: string;
}

/** The record of a change from what stands now. From one mode that stands only one change leads away, so its id is that. */
export function changeEntry(deps: BrainDependencies, view: ModeView, change: Change): EntryOf<'mission_log'> {
  const { to, rule, why, by = 'janus', orders = [], nonce } = change;
  const { standing, mode: from } = view.figures;
  const id = `mode/${standing}/changed`;
  return {
    id,
    eventType: trailEvent.modeChange,
    summary: shorten(`mode ${from} to ${to} by ${by}: ${why}`, 400),
    data: {
      ...{ mode_id: `mode-${deps.sha256(`${id} ${deps.self.vessel} ${to}`).slice(0, 12)}`, of: standing, from, to, rule, by },
      reason: shorten(why, 1_000),
      ...groundsOf(deps, view),
      orders,
      ...(nonce !== undefined && { nonce }),
    },
  };
}
