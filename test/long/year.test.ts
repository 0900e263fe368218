import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { doubtBy, modeOf, readSigners } from '../../deploy/audit-verify.mjs';
import { yearFile } from '../../scripts/lib/docs/year.mjs';
import { ubos } from '../cli/support/ubos.js';
import { useFolders } from '../support/folders.js';
import { isoOf } from '../support/modes/trails.js';
import { readPage } from '../support/pages/blocks.js';
import type { Year } from '../support/year/live.js';
import { liveYear } from '../support/year/live.js';

const folder = useFolders();
/** `npm run demo:year` asks for the figures; without it they are compared with those that the page shows. */
const wanted = process.env['JANUS_YEAR_FILE'];

/** What people decide in one day, at most: two that the model chose, and one of the playbook. */
const decidedADay = 3;

/** The decisions of a day, which are made together, on the very edge of the last thirty days are in or out, by how long the machine took. */
function expectSame({ approved, rejected, ...year }: Year, shown: Year): void {
  const { approved: approvedThen, rejected: rejectedThen, ...then } = shown;
  expect(year).toEqual(then);
  const differences = [
    ...approved.map((count, at) => count - approvedThen[at]!),
    ...rejected.map((count, at) => count - rejectedThen[at]!),
  ];
  expect(differences.filter((difference) => Math.abs(difference) > decidedADay)).toEqual([]);
}

/** Ten days are over. */
const say = (day: number) => day % 10 === 9 && process.stderr.write(`  day ${day + 1}\n`);

it('a vessel lives four hundred days as docs/modes.md shows them, and two programs come to the same verdict (spec T7)', async () => {
  const { year, folder: trail, allowedSigners, now, close } = await liveYear(folder(), (day) => void say(day));
  try {
    const at = isoOf(now);
    const doubtOn = doubtBy(readSigners(readFileSync(allowedSigners, 'utf8'), allowedSigners), undefined);
    const alone = modeOf(trail, { now, until: now, doubtOn }) as unknown as Record<string, unknown>;
    const line = `mode check --json --trail ${trail} --at ${at} --allowed-signers ${allowedSigners}`;
    const { code, stdout } = await ubos(line, { cwd: folder(), config: () => Promise.reject(new Error('not here')) } as never);
    const said = JSON.parse(stdout) as Record<string, unknown>;
    expect({ code, doubts: said['signed_words'] }).toMatchObject({ code: 0, doubts: { state: 'verified', doubts: [] } });
    for (const key of ['earned', 'recorded', 'figures']) expect(alone[key]).toEqual(said[key]);
    expect(alone['earned']).toBe(year.modes.at(-1)?.mode);
  } finally {
    await close();
  }
  if (wanted === undefined) expectSame(year, JSON.parse(readPage(yearFile)) as typeof year);
  else writeFileSync(wanted, JSON.stringify(year));
}, 1_800_000);
