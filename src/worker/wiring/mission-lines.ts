import { openRecordSource } from '../../adapters/audit/read/record-source.js';
import type { AgentLogEvent } from '../../adapters/log/agent-log-events.js';
import { followRecords } from '../../adapters/notify/follow-records.js';
import type { JanusConfig } from '../../config/config.js';
import { visible } from '../../domain/text/visible.js';
import { trailEvent } from '../../domain/trail/events.js';
import { meaningOf } from '../../domain/trail/meanings.js';
import type { NotifierContext } from './notifier.js';
import { followingOf } from './notifier.js';

/** What people look for in the agent log by these names, as the seed's procedures do, although it was the hands that met it. */
const lines: Readonly<Record<string, { readonly event_type: AgentLogEvent; readonly level: 'info' | 'warn' }>> = {
  [trailEvent.modeChange]: { event_type: 'mode_change', level: 'warn' },
  [trailEvent.reliefDegrade]: { event_type: 'relief', level: 'warn' },
  [trailEvent.reliefRestore]: { event_type: 'relief', level: 'warn' },
  [trailEvent.reliefShed]: { event_type: 'relief', level: 'warn' },
  [trailEvent.thinkingCycle]: { event_type: 'thinking_cycle', level: 'info' },
};

/** The agent log says what the mission log says of mode, relief valve and thinking cycles. */
export function wireMissionLines({ paths }: JanusConfig, context: NotifierContext) {
  return followRecords(
    {
      records: openRecordSource(paths.missionLog, 'mission_log'),
      ...followingOf(paths.missionLog, context),
      ...context.cursors('mission-lines'),
    },
    {
      take: async ({ event_type: event, timestamp, summary }) => {
        const line = lines[event];
        if (line === undefined || typeof summary !== 'string') return false;
        const { event_type, level } = line;
        context.logger[level]({ event_type, next: meaningOf(event)?.alert, at: timestamp }, visible(summary));
        return true;
      },
    },
  );
}
