import { fork } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { dist } from '../lib/dist.mjs';
import { hostPressure, timed } from '../lib/host.mjs';
import { median, pairedRatio, rounded } from '../lib/statistics.mjs';

const entry = (index) => ({
  id: `janus-0123456789ab/${index}`,
  eventType: 'action_approved',
  actionId: 'janus-0123456789ab',
  summary: 'approved by bench',
  data: {
    risk_level: 'low',
    action_type: 'measure',
    digest: 'f'.repeat(64),
    status: 'approved',
    approved_by: ['bench'],
    assurance: 'unsigned',
  },
});

/** A chain of so many entries, written without a single sync: only its reading is measured. */
async function writeChain(file, count) {
  const { encodeRecord, genesis, leafOf } = await dist('adapters/audit/format/record.js');
  const stream = createWriteStream(file);
  let prev = genesis;
  for (let seq = 0; seq < count; seq += 1) {
    const line = encodeRecord(entry(seq), { log: 'proposals', seq, prev, vesselName: 'bench', timestamp: new Date() });
    prev = leafOf(line.subarray(0, -1));
    if (!stream.write(line)) await once(stream, 'drain');
  }
  stream.end();
  await once(stream, 'close');
}

/** Records a second that four processes together append to one trail. */
async function fourWriters(folder, appends) {
  await mkdir(folder, { recursive: true });
  const script = fileURLToPath(new URL('../workers/append.mjs', import.meta.url));
  const children = Array.from({ length: 4 }, (_, index) => fork(script, [folder, String(index), String(appends)]));
  await Promise.all(children.map((child) => once(child, 'message')));
  const { milliseconds } = await timed(async () => {
    const done = children.map((child) => once(child, 'message'));
    for (const child of children) child.send('go');
    await Promise.all(done);
  });
  for (const child of children) if (child.exitCode === null) await once(child, 'exit');
  return (4 * appends) / (milliseconds / 1_000);
}

/** One writer against the disk itself: the same bytes, one write and one fdatasync each; then the checking of a whole chain. */
export async function measureAudit({ folder }, { rounds, appends, entries }) {
  const [{ createAuditTrail }, { verifyLog }] = await Promise.all([
    dist('adapters/audit/write/create-audit-trail.js'),
    dist('adapters/audit/verify/verify-log.js'),
  ]);
  const at = (name) => join(folder, 'audit', name);
  await mkdir(at('.'), { recursive: true });
  const trail = createAuditTrail({
    files: { mission_log: at('mission_log'), tool_use: at('tool_use'), proposals: at('proposals') },
    vesselName: 'bench',
  });
  const bare = await open(at('bare'), 'a');
  const line = Buffer.alloc(450, 'x');
  const found = { append: [], sync: [] };
  let index = 0;
  for (let round = -1; round < rounds; round += 1) {
    const synced = await timed(async () => {
      for (let each = 0; each < appends; each += 1) {
        await bare.write(line);
        await bare.datasync();
      }
    });
    const appended = await timed(async () => {
      for (let each = 0; each < appends; each += 1) await trail.append('proposals', entry((index += 1)));
    });
    if (round < 0) continue;
    found.sync.push(appends / (synced.milliseconds / 1_000));
    found.append.push(appends / (appended.milliseconds / 1_000));
  }
  await Promise.all([bare.close(), trail.close()]);
  const together = [];
  for (let round = 0; round < rounds; round += 1) together.push(await fourWriters(at(`four-${round}`), appends));
  await writeChain(at('long'), entries);
  const verified = { quick: [], full: [] };
  for (let round = 0; round < 3; round += 1)
    for (const depth of ['quick', 'full']) {
      const settings = { log: 'proposals', path: at('long'), anchors: async () => [], heads: { heads: [] }, full: depth === 'full' };
      const { milliseconds, value } = await timed(() => verifyLog(settings));
      if (value.state !== 'ok' || value.records !== entries) throw new Error(`the chain is broken: ${value.problem?.reason}`);
      verified[depth].push(entries / (milliseconds / 1_000));
    }
  return {
    audit: {
      append_per_s: rounded(median(found.append)),
      append_per_s_four_writers: rounded(median(together)),
      fdatasync_per_s: rounded(median(found.sync)),
      ratio: rounded(pairedRatio(found.append, found.sync)),
      verify_per_s: rounded(median(verified.quick)),
      verify_full_per_s: rounded(median(verified.full)),
      entries,
      host: hostPressure(),
    },
  };
}
