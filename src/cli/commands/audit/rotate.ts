import { JanusError } from '../../../domain/errors.js';
import { snakeKeys } from '../../../domain/text/key-case.js';
import type { Command } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { jsonObjects } from '../../schemas/json-objects.js';
import { shown } from '../../terminal/output.js';
import { logsOf, trailFiles } from './trail-options.js';

const json = jsonObjects(({ z, text, count, log }) => ({
  'audit-rotation': z.strictObject({
    rotated: z.array(z.strictObject({ log, closed: text.describe('name of the file that was closed') })),
    removed: z.array(z.strictObject({ log, segment: text, first_seq: count, last_seq: count })),
    kept: z.array(z.strictObject({ log, why: text })).describe('old files that stay, because something does not hold'),
  }),
}));

export const command: Command = {
  json: [json],
  usage: 'ubos audit rotate [--log mission_log|tool_use|proposals] [--due] [--json]',
  details:
    'Closes the file of each log and goes on in a new one, then removes what audit.retention does not keep. Never use logrotate: it loses lines. With --due only files that audit.rotation names. Workers follow by themselves. Exit code 1: the trail cannot be written, or an old file stays because its chain does not hold.',
  options: { log: { type: 'string' }, due: { type: 'boolean' } },
  async run({ positionals, values }, context) {
    if (positionals.length > 0)
      throw new JanusError('USAGE', 'ubos audit rotate takes no file', { next: 'ubos audit rotate --log tool_use' });
    const { createAuditTrail } = await import('../../../adapters/audit/write/create-audit-trail.js');
    const { keepTrail } = await import('../../../adapters/audit/write/keep-trail.js');
    const named = logsOf(values);
    const config = await context.config();
    const { vesselName, audit } = config;
    const trail = createAuditTrail({ files: trailFiles(config), vesselName, clock: context.now });
    try {
      const { rotated, pruned, kept } = await keepTrail({
        trail,
        rotation: values['due'] === true ? audit.rotation : {},
        retentionDays: audit.retentionDays,
        logs: named,
        now: context.now(),
      });
      if (context.json) {
        json.write(context.stdout, 'audit-rotation', snakeKeys({ rotated, removed: pruned, kept }));
      } else {
        for (const { log: name, closed } of rotated) context.stdout.write(`${name}: closed ${closed}\n`);
        for (const { log: name, segment } of pruned) context.stdout.write(`${name}: removed ${segment}\n`);
        if (rotated.length + pruned.length === 0) context.stdout.write('nothing to close or to remove\n');
        for (const { log: name, why } of kept)
          context.stderr.write(`ubos: ${name}: an old file stays: ${shown(why)}\n  → ubos audit verify --full\n`);
      }
      return kept.length === 0 ? EXIT.ok : EXIT.failure;
    } finally {
      await trail.close();
    }
  },
};
