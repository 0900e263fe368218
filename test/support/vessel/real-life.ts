import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createLogTree } from '../../../src/adapters/audit/format/log-tree.js';
import type { FileSeam } from '../../../src/adapters/audit/write/log-file.js';
import { encodeVerifierKey, signHead } from '../../../src/adapters/audit/format/signed-note.js';
import type { Keys } from '../trail/built-trail.js';
import { makeKeys } from '../trail/built-trail.js';
import { errno, filesThat } from '../trail/faulty-files.js';
import type { Files } from '../trail/tampering.js';
import { readLog } from '../trail/trail-check.js';
import { anEntry, openTrail } from '../trail/trails.js';

/** A trail of the real writer: two removed segments, a torn line, a failed sync, a head over all of it, and what came since. */
export async function liveForReal(folder: string): Promise<{ readonly files: Files; readonly keys: Keys }> {
  const keys = makeKeys();
  let now = Date.UTC(2026, 0, 1);
  let isFailing = false;
  let isTearing = false;
  const files = filesThat((operation, moment) => {
    if (!isFailing || operation !== 'datasync' || moment !== 'after') return;
    isFailing = false;
    throw errno('EIO');
  });
  const seam: FileSeam = {
    ...files,
    write: (handle, bytes) => files.write(handle, isTearing ? bytes.subarray(0, 18) : bytes),
  };
  const { trail, file } = openTrail(folder, { clock: () => new Date((now += 1_000)), seam });
  const append = async (count: number, name: string) => {
    for (let n = 0; n < count; n += 1) await trail.append('proposals', anEntry(`${name}/${n}`, { word: name }));
  };
  await append(3, 'first');
  await trail.rotate('proposals');
  const before = new Date((now += 1_000));
  await append(3, 'second');
  isTearing = true;
  await append(1, 'torn').catch(() => undefined);
  isTearing = false;
  await append(2, 'torn');
  await trail.rotate('proposals');
  await append(2, 'third');
  isFailing = true;
  await append(1, 'lost').catch(() => undefined);
  await append(3, 'fourth');
  const leaves = [...readLog(file).leaves.values()];
  const tree = createLogTree();
  for (const leaf of leaves) tree.append(Buffer.from(leaf, 'hex'));
  const of = {
    vesselId: 'janus-in-test',
    log: 'proposals',
    size: leaves.length,
    root: Buffer.from(tree.root()),
    leaf: leaves.at(-1)!,
  } as const;
  const note = signHead({ ...of, time: new Date(now).toISOString() }, keys.key, keys.privateKey);
  await trail.prune('proposals', before);
  await append(2, 'fifth');
  await trail.close();
  const names = readdirSync(folder).filter((name) => name.endsWith('.jsonl'));
  const found: Files = new Map(names.map((name) => [name, readFileSync(join(folder, name))]));
  found.set('heads/heads.pub', Buffer.from(`${encodeVerifierKey(keys.key)}\n`)).set('heads/proposals.head', Buffer.from(note));
  return { files: found.set('heads/proposals.heads.jsonl', Buffer.from(`${JSON.stringify({ note })}\n`)), keys };
}
