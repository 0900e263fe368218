import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { doubtBy, modeOf, readSigners } from '../../deploy/audit-verify.mjs';
import { EXIT } from '../../src/cli/exit-codes.js';
import { ubos } from '../cli/support/ubos.js';
import { useFolders } from '../support/folders.js';
import { randomLife, randomSigners } from '../support/modes/random-life.js';
import { isoOf } from '../support/modes/trails.js';
import { diceOf } from '../support/trail/tampering.js';

const folder = useFolders();
const runs = Number(process.env['JANUS_TEST_RUNS'] ?? 40);
const firstSeed = Number(process.env['JANUS_TEST_SEED'] ?? 1);
const program = join(import.meta.dirname, '../../deploy/audit-verify.mjs');
const fingerprintOf = (publicKey: string) => {
  const blob = Buffer.from(publicKey.split(' ')[1] ?? '', 'base64');
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
};

interface Verdict {
  readonly demotions: readonly { readonly rule: string; readonly to: string }[];
  readonly unearned: readonly (string | { readonly change: string })[];
  readonly conditions: readonly { readonly rule: string; readonly met: boolean }[];
  readonly signed_words: { readonly state: string; readonly count: number; readonly doubts: readonly { readonly about: string }[] };
}
/** All of a verdict but its prose. */
const briefly = ({ demotions, unearned, conditions, signed_words: words, ...verdict }: Verdict & Record<string, unknown>) => {
  const same = ['earned', 'recorded', 'next', 'ready', 'figures', 'settings', 'rests_on'] as const;
  return {
    ...Object.fromEntries(same.map((name) => [name, verdict[name]])),
    demotions: demotions.map(({ rule, to }) => ({ rule, to })),
    unearned: unearned.map((each) => (typeof each === 'string' ? each : each.change)),
    conditions: conditions.map(({ rule, met }) => ({ rule, met })),
    words: { state: words.state, count: words.count, doubts: words.doubts.map(({ about }) => about) },
  };
};

function writtenLife(seed: number) {
  const dice = diceOf(seed);
  const { trail, now } = randomLife(dice, 3 + dice(20), fingerprintOf);
  const home = folder();
  trail.write(home);
  const signers = join(home, 'allowed_signers');
  writeFileSync(signers, randomSigners);
  return { home, signers, at: isoOf(now), now };
}
const config = () => Promise.reject(new Error('nobody reads a configuration here'));

describe('two verdicts on the mode (spec T7)', () => {
  it('are the same, from the files of lives that went any way, with signatures and without', async () => {
    const reached = new Set<unknown>();
    let doubts = 0;
    for (let seed = firstSeed; seed < firstSeed + runs; seed += 1) {
      const { home, signers, at, now } = writtenLife(seed);
      const isSigned = seed % 4 === 0;
      const line = `mode check --json --trail ${home} --at ${at}${isSigned ? ` --allowed-signers ${signers}` : ''}`;
      const { code, stdout } = await ubos(line, { cwd: folder(), config } as never);
      const doubtOn = isSigned ? doubtBy(readSigners(randomSigners, signers), 'janus-in-test') : undefined;
      const alone = modeOf(home, { now, until: now, doubtOn }) as unknown as Verdict & Record<string, unknown>;
      const product = JSON.parse(stdout) as Verdict & Record<string, unknown>;
      expect({ seed, verdict: briefly(alone) }).toEqual({ seed, verdict: briefly(product) });
      expect({ seed, code }).toEqual({ seed, code: alone.unearned.length + alone.signed_words.doubts.length > 0 ? EXIT.failure : EXIT.ok });
      reached.add(alone['earned']);
      doubts += alone.signed_words.doubts.length;
    }
    if (runs >= 40) expect([...reached].sort()).toEqual(expect.arrayContaining(['alpha', 'beta', 'manual']));
    if (runs >= 40) expect(doubts).toBeGreaterThan(0);
  });

  it('are found by the program alone, with nothing in its environment', () => {
    const { home, signers, at } = writtenLife(4);
    const run = (...args: readonly string[]) =>
      spawnSync(process.execPath, [program, home, '--mode', ...args], { cwd: '/', env: {}, encoding: 'utf8' });
    const json = run('--json', '--at', at, '--allowed-signers', signers);
    expect(JSON.parse(json.stdout)).toMatchObject({ schema: 'ubos.audit-mode/v1', signed_words: { state: 'verified' } });
    expect(run('--at', at).stdout).toMatch(/signed words are not verified: --allowed-signers FILE/);
    expect(run('--at', 'yesterday')).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining('2026-05-01') });
    expect(run('--log', 'proposals')).toMatchObject({ status: 2, stderr: expect.stringContaining('--mode needs all logs') });
    expect(run('--allowed-signers', program)).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/audit-verify\.mjs:\d+: a line says/),
    });
  });
});
