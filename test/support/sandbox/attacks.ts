import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import type { Limits } from '../../../src/domain/action/limits.js';
import type { CommandResult, TerminationReason } from '../../../src/domain/action/result.js';
import type { TierName } from '../../../src/domain/action/tier.js';
import type { SandboxBench } from './sandboxes.js';
import { describeWithBwrap, openSandboxBench } from './sandboxes.js';

/** An attempt to use more than is allowed. Whatever it does, `tried` is printed before and `reached` once it has got what it wanted. */
export interface Attack {
  readonly name: string;
  readonly limits: Partial<Limits>;
  readonly bash?: string;
  readonly python?: string;
  readonly reason: TerminationReason;
  /** What the kernel refuses the attacker may survive: then this, of its output, says that it was refused. */
  readonly refused?: RegExp;
  /** How far it got, held against docs/sandbox-tiers.md with room for a busy machine. */
  readonly within: (result: CommandResult, tier: TierName) => void;
}

const workerGrowthMax = 50 * 1_048_576;

export function scriptOf({ bash, python }: Pick<Attack, 'bash' | 'python'>): string {
  const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
  return python === undefined ? `echo tried; ${bash ?? ''}` : `echo tried; exec python3 -c ${quoted(python)}`;
}

/** Each attack on each tier that this machine has. */
export function describeAttacks(name: string, attacks: readonly Attack[], tiers: readonly TierName[]): void {
  describeWithBwrap(name, () => {
    for (const tier of tiers) {
      let bench: SandboxBench;
      beforeAll(async () => {
        bench = await openSandboxBench(tier);
      });
      afterAll(() => bench.close());
      it.each(attacks)(`${tier}: $name`, async (attack) => {
        const before = process.memoryUsage().rss;
        const result = await bench.run(scriptOf(attack), { limits: { wallSeconds: 30, ...attack.limits } });
        const facts = {
          reason: result.reason,
          tier: result.tier,
          note: result.note,
          out: result.stdout.text.slice(0, 200),
          err: result.stderr.text,
        };
        expect(facts).toMatchObject({ tier, out: expect.stringMatching(/^tried\n/) });
        expect(facts.out).not.toContain('reached');
        if (attack.refused !== undefined && result.reason === 'exit') expect(`${facts.out}${facts.err}`).toMatch(attack.refused);
        else expect(facts).toMatchObject({ reason: attack.reason });
        attack.within(result, tier);
        expect(process.memoryUsage().rss - before).toBeLessThan(workerGrowthMax);
      });
      // The next one starts with an empty workspace.
      afterEach(async () => {
        await bench.close();
        bench = await openSandboxBench(tier);
      });
    }
  });
}
