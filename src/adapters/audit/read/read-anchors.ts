import { trailEvent } from '../../../domain/trail/events.js';
import { decodeRecord } from '../format/record.js';
import type { Anchor } from '../format/segment-records.js';
import { readAnchor } from '../format/segment-records.js';
import { closeSegments, forEachLine, openSegments } from './segment-files.js';
import { abandonedFrom } from './segment-start.js';

/** Everything that the mission log says about removed segments, whether or not its own chain holds: that is another verdict. */
export async function collectAnchors(missionLog: string): Promise<readonly Anchor[]> {
  const files = await openSegments(missionLog);
  const anchors: Anchor[] = [];
  try {
    for (const [index, { name, handle, bytes }] of files.entries()) {
      // Lines that a failed sync took with it are in no chain and under no head: anybody could have written them.
      const end = Math.min((await abandonedFrom(name, files[index + 1])) ?? bytes, bytes);
      await forEachLine(handle, 0, end, (buffer, start, stop) => {
        if (!buffer.toString('latin1', start, stop).includes(trailEvent.segmentPruned)) return true;
        const record = decodeRecord(buffer.subarray(start, stop), 'mission_log');
        const anchor = record === undefined ? undefined : readAnchor(record);
        if (anchor !== undefined) anchors.push(anchor);
        return true;
      });
    }
  } finally {
    await closeSegments(files);
  }
  return anchors;
}
