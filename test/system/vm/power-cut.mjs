// Runs inside the virtual machine until somebody cuts its power: says what the trail holds, whether it holds, and each record that it acknowledges.
import { existsSync } from 'node:fs';

const [{ createAuditTrail }, { verifyLog }] = await Promise.all([
  import('/opt/janus/adapters/audit/write/create-audit-trail.js'),
  import('/opt/janus/adapters/audit/verify/verify-log.js'),
]);
const at = (name) => `/srv/janus/power-cut/${name}.jsonl`;
const files = { mission_log: at('mission_log'), tool_use: at('tool_use'), proposals: at('proposals') };
const say = (...words) => process.stdout.write(`cut ${words.join(' ')}\n`);

const trail = createAuditTrail({
  files,
  vesselName: 'balaur',
  projections: { proposals: [{ apply: ({ id, seq }) => void (isReading && say('holds', seq, id)), forget: () => {} }] },
});
let isReading = existsSync(files.proposals);
await trail.find('proposals', '');
isReading = false;
const { state, problem, records, segments } = await verifyLog({
  ...{ log: 'proposals', path: files.proposals, anchors: async () => [], heads: { heads: [] }, full: true },
});
say('verdict', state, records, segments, JSON.stringify(problem ?? null));
const boot = process.hrtime.bigint();
for (let index = 0; ; index += 1) {
  const id = `${boot}/${index}`;
  // Every seventh line is long, so that some lie across many blocks.
  const data = { padding: 'x'.repeat(index % 7 === 0 ? 30_000 : 200) };
  const { seq } = await trail.append('proposals', {
    id,
    eventType: 'action_proposed',
    actionId: 'janus-0123456789ab',
    summary: 'a cut',
    data,
  });
  say('acknowledged', seq, id);
  if (index % 5 === 4) await trail.rotate('proposals');
}
