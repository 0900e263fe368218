import { once } from 'node:events';
import { join } from 'node:path';
import { dist } from '../lib/dist.mjs';

/** One of several writers of one trail: says when it is ready, appends when it is told to, and says when it is done. */
const [folder, name, count] = process.argv.slice(2);
const { createAuditTrail } = await dist('adapters/audit/write/create-audit-trail.js');
const at = (log) => join(folder, `${log}.jsonl`);
const trail = createAuditTrail({
  files: { mission_log: at('mission_log'), tool_use: at('tool_use'), proposals: at('proposals') },
  vesselName: 'bench',
});
await trail.find('proposals', '');
process.send('ready');
await once(process, 'message');
for (let index = 0; index < Number(count); index += 1)
  await trail.append('proposals', {
    id: `${name}/${index}`,
    eventType: 'action_approved',
    actionId: 'janus-0123456789ab',
    summary: 'approved by bench',
    data: { risk_level: 'low', digest: 'f'.repeat(64), status: 'approved' },
  });
process.send('done');
await trail.close();
process.disconnect();
