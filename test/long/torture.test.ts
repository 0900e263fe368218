import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { torture } from '../support/torture/torture.js';

/** A few here; `npm run test:torture` asks for a thousand, and names a folder that it tidies itself. */
const kills = Number(process.env['JANUS_TORTURE_KILLS'] ?? 10);
const seed = Number(process.env['JANUS_TEST_SEED'] ?? 20_261_125);
const seconds = Number(process.env['JANUS_TORTURE_SECONDS'] ?? 60);
const named = process.env['JANUS_TORTURE_FOLDER'];
const isLong = kills > 100;

it(
  'holds every invariant over kill -9 of workers, witness and server at random moments (spec X5, L2, Q4g)',
  async () => {
    const folder = named ?? (await mkdtemp(join(tmpdir(), 'janus-torture-')));
    const say = (text: string) => void process.stderr.write(`torture: ${text}\n`);
    const { findings, ...figures } = await torture({
      folder,
      kills,
      seed,
      seconds,
      population: isLong ? 32 : 8,
      lookEvery: 50,
      drainSeconds: 300,
      say,
    });
    if (isLong) say(JSON.stringify({ seed, ...figures }));
    expect(findings).toEqual([]);
    expect(figures.doubles).toBe(0);
  },
  (seconds + 480) * 1_000,
);
