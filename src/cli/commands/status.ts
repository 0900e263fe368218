import { existsSync } from 'node:fs';
import type { Command } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { paint, table, writeJson } from '../output.js';

export const command: Command = {
  usage: 'ubos status [--exit-code] [--json]',
  details: 'What runs and what waits. --exit-code: 9 when a worker is missing or the emergency stop holds.',
  options: { 'exit-code': { type: 'boolean' }, vessel: { type: 'string' } },
  async run({ values }, context) {
    const config = await context.config();
    const [health, proposals] = await Promise.all([context.health(), context.proposals()]);
    const all = await proposals.list({ all: true, limit: 1_000 });
    const count = (status: string) => all.filter((each) => each.status === status).length;
    const emergencyStop = existsSync(config.paths.emergencyStop);
    const missing = Object.entries(health.polled).flatMap(([queue, polled]) => (polled ? [] : [queue]));
    const healthy = missing.length === 0 && !emergencyStop;
    const code = healthy || values['exit-code'] !== true ? EXIT.ok : EXIT.degraded;
    const counts = {
      waiting: count('proposed'),
      executing: count('executing'),
      indeterminate: count('indeterminate'),
      completed: count('completed'),
      rolled_back: count('rolled_back'),
    };
    if (context.json) {
      writeJson(context, 'status', {
        vessel: config.vesselId,
        mode: config.operationalMode,
        healthy,
        missing,
        emergency_stop: emergencyStop,
        temporal: health.address,
        counts,
        escapement: health.escapement ?? null,
        thinking: health.thinking ?? null,
      });
      return code;
    }
    const { escapement, thinking } = health;
    const state = healthy
      ? paint(context, 'green', 'healthy')
      : paint(context, 'red', emergencyStop ? 'EMERGENCY STOP' : `no worker for ${missing.join(', ')}`);
    const rows = [
      [config.vesselName, `${config.operationalMode.toUpperCase()}  ${state}  temporal ${health.address}`],
      [
        'queue',
        `${String(counts.waiting)} waiting · ${String(counts.executing)} running · ${String(counts.completed)} completed, ${String(counts.rolled_back)} rolled back`,
      ],
      ...(counts.indeterminate > 0
        ? [['attention', paint(context, 'yellow', `${String(counts.indeterminate)} indeterminate: ubos resolve`)]]
        : []),
      [
        'escapement',
        escapement === undefined
          ? 'not ticking'
          : `${String(escapement.ticks)} ticks, ${String(escapement.missed)} missed, jitter p50 ${String(escapement.jitterP50Ms)} ms, p99 ${String(escapement.jitterP99Ms)} ms`,
      ],
      ['thinking', thinking === undefined ? 'no schedule yet' : thinking.paused ? 'paused' : `next ${thinking.next ?? 'unknown'}`],
    ];
    context.stdout.write(table(rows, context.columns));
    return code;
  },
};
