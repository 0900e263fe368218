import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { notesIn, parseKey, verifyFolder } from '../../deploy/audit-verify.mjs';
import { notesOfFile } from '../../src/adapters/audit/heads/read-heads.js';
import type { Finding, LogVerdict } from '../../src/adapters/audit/contract/verdict.js';
import { verifyTrail } from '../../src/adapters/audit/verify/verify-trail.js';
import { readFileSync, writeFileSync } from 'node:fs';
import { logNames, makeKeys, pathsIn, writeFiles } from '../support/trail/built-trail.js';
import { useFolders } from '../support/folders.js';
import { liveForReal } from '../support/vessel/real-life.js';
import type { Dice, Files } from '../support/trail/tampering.js';
import { diceOf, live, tamperings } from '../support/trail/tampering.js';

const folder = useFolders();
const keys = makeKeys();
const runs = Number(process.env['JANUS_TEST_RUNS'] ?? 8);
const firstSeed = Number(process.env['JANUS_TEST_SEED'] ?? 1);

type Alone = Omit<LogVerdict, 'headsCompared'> & { readonly heads_compared: number };
const brief = (all: readonly Finding[]) => all.map(({ kind, file, line }) => `${kind} ${file} ${line}`);
/** All of a verdict but its prose. */
const briefly = (verdict: LogVerdict | Alone) => ({
  log: verdict.log,
  state: verdict.state,
  problem: brief(verdict.problem ? [verdict.problem] : []),
  warnings: brief(verdict.warnings),
  notices: brief(verdict.notices),
  numbers: [verdict.records, verdict.segments, 'headsCompared' in verdict ? verdict.headsCompared : verdict.heads_compared],
  vouched: verdict.vouched ?? null,
  head: verdict.head ?? null,
  places: verdict.places,
});

/** What both verifiers say about a trail. */
async function both(files: Files, { full = false, against }: { readonly full?: boolean; readonly against?: string | undefined } = {}) {
  const home = folder();
  writeFiles(home, files);
  const kept = join(home, 'kept');
  if (against !== undefined) writeFileSync(kept, against);
  const heads = join(home, 'heads');
  const [ours, theirs] = against === undefined ? [[], []] : [notesOfFile(kept, readFileSync(kept, 'utf8')), notesIn(kept)];
  const product = await verifyTrail({ files: pathsIn(home), headsFolder: heads, logs: logNames, full, against: ours });
  const key = parseKey(files.get('heads/heads.pub')?.toString() ?? '');
  const alone = verifyFolder(home, logNames, { heads, full, against: theirs, key }) as unknown as readonly Alone[];
  return { product: product.map(briefly), alone: alone.map(briefly) };
}
const isBroken = (verdicts: readonly ReturnType<typeof briefly>[]) => verdicts.some(({ state }) => state === 'broken');

async function agree(files: Files, dice: Dice, seed: number, against?: string) {
  const { product, alone } = await both(files, { full: dice(2) === 0, against });
  expect({ seed, verdicts: alone }).toEqual({ seed, verdicts: product });
  return product;
}

it('says about sound trails what the product says: nothing is wrong (spec L3)', async () => {
  for (let seed = firstSeed; seed < firstSeed + runs * 4; seed += 1) {
    const dice = diceOf(seed);
    const verdicts = await agree(live(dice, 5 + dice(40), keys).files(), dice, seed);
    expect({ seed, problems: verdicts.flatMap(({ problem }) => problem) }).toEqual({ seed, problems: [] });
  }
});

it.each(Object.entries(tamperings))('says about a trail after %s what the product says (spec L3)', async (_, tamper) => {
  let broken = 0;
  for (let seed = firstSeed; seed < firstSeed + runs; seed += 1) {
    const dice = diceOf(seed);
    const trail = live(dice, 5 + dice(40), keys);
    const kept = trail.leavesOf('proposals').length > 0 && dice(2) === 0 ? trail.head('proposals') : undefined;
    const files = trail.files();
    tamper(files, dice);
    if (isBroken(await agree(files, dice, seed, kept))) broken += 1;
  }
  if (runs >= 8) expect(broken).toBeGreaterThan(0);
});

it('says the same about trails of the real writer, whole and tampered with (spec L3)', async () => {
  const { files, keys: own } = await liveForReal(folder());
  const { product } = await both(files, { full: true });
  expect(product.map(({ state }) => state)).toEqual(['ok', 'absent', 'ok']);
  expect(product[2]?.notices.map((each) => each.split(' ')[0])).toEqual(['pruned', 'sealed_tail', 'abandoned_lines']);
  expect(own.key.name).toBe('janus-in-test/heads');
  for (const tamper of Object.values(tamperings))
    for (let seed = firstSeed; seed < firstSeed + Math.ceil(runs / 4); seed += 1) {
      const [dice, changed] = [diceOf(seed), new Map(files)];
      tamper(changed, dice);
      await agree(changed, dice, seed);
    }
});

it('takes no word of what a failed sync took with it: a removal that only such lines tell of is a missing beginning', async () => {
  const trail = live(() => 1, 3, keys);
  trail.rotate('proposals');
  trail.add('proposals');
  trail.add('mission_log');
  trail.abandon('mission_log', 1);
  const files = trail.files();
  trail.prune('proposals');
  const told = trail.files().get('mission_log.jsonl')!.toString().trimEnd().split('\n').at(-1)!;
  const [closed, abandoned] = ['proposals.000000000000.20260101.jsonl', 'mission_log.000000000000.20260101.jsonl'];
  files.set(abandoned, Buffer.concat([files.get(abandoned)!, Buffer.from(`${told}\n`)]));
  files.delete(closed);
  const { product, alone } = await both(files);
  expect(product[2]?.problem).toEqual(['beginning_missing proposals.jsonl 1']);
  expect(alone).toEqual(product);
});

it('finds a log that was replaced together with its heads by a head that was kept elsewhere (spec L3)', async () => {
  const [original, replaced] = [live(() => 1, 5, keys), live(() => 1, 0, keys)];
  const kept = original.head('proposals');
  for (let n = 0; n < 9; n += 1) replaced.add('proposals', { n });
  replaced.head('proposals');
  expect(isBroken((await both(replaced.files())).product)).toBe(false);
  const { product, alone } = await both(replaced.files(), { against: kept });
  expect(alone[2]?.problem).toEqual(['head_mismatch proposals.jsonl 5']);
  expect(alone).toEqual(product);
});

it.each([
  ['another number', 'proposals.jsonl', /"seq":7(?=[^\n]*\n$)/, '"seq":9', 'sequence_broken proposals.jsonl 4'],
  ['an id that has been before', 'proposals.jsonl', /"id":"proposals\/7"/, '"id":"proposals/6"', 'duplicate_id proposals.jsonl 4'],
  ['a removal with another tree', 'mission_log.jsonl', /"tree":\["../, '"tree":["00', 'head_mismatch proposals.jsonl 3'],
])('names %s', async (_, name, from, to, problem) => {
  const trail = live(() => 1, 3, keys);
  trail.rotate('proposals');
  trail.add('proposals');
  trail.add('mission_log');
  trail.prune('proposals');
  trail.add('proposals');
  if (name === 'mission_log.jsonl') trail.head('proposals');
  trail.add('proposals');
  const files = trail.files();
  const text = files.get(name)!.toString();
  expect(text).toMatch(from);
  const { product, alone } = await both(files.set(name, Buffer.from(text.replace(from, to))));
  expect(alone[2]?.problem).toEqual([problem]);
  expect(alone).toEqual(product);
});
