import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { soon } from '../support/soon.js';
import type { SandboxBench } from '../support/sandbox/sandboxes.js';
import { describeWithBwrap, openSandboxBench, tiersHere } from '../support/sandbox/sandboxes.js';

/** Command lines of all processes that hold this word; a zombie has none. */
function alive(mark: string): string[] {
  return readdirSync('/proc').flatMap((pid) => {
    try {
      const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      return line.includes(mark) ? [line] : [];
    } catch {
      return [];
    }
  });
}

const tiers = await tiersHere();

describeWithBwrap('an action that is ended is gone (spec X3, K1)', () => {
  describe.each(tiers)('%s', (tier) => {
    let bench: SandboxBench;
    beforeAll(async () => {
      bench = await openSandboxBench(tier);
    });
    afterAll(() => bench.close());

    // Measured: 20 to 40 ms here, at a load of 7 on two cores.
    it('200 processes that ignore signals, leave their session, fork twice or stop themselves', async () => {
      const mark = `janus-killed-${tier}-${process.pid}`;
      const sleep = `exec -a ${mark} sleep 60`;
      const script = `
        trap "" TERM HUP INT CHLD
        for i in $(seq 50); do (${sleep}) & (setsid bash -c '${sleep}' &) ; ((${sleep}) & exit); (kill -STOP $BASHPID; ${sleep}) & done >/dev/null 2>&1
        touch ready; wait`;
      const controller = new AbortController();
      const running = bench.run(script, { limits: { processes: 400, wallSeconds: 60 }, signal: controller.signal });
      const ready = `${await bench.workspace()}/ready`;
      await soon(() => existsSync(ready) && alive(mark).length >= 150);
      controller.abort(new Error('enough'));
      const result = await running;
      expect({ left: alive(mark), ...result }).toMatchObject({ left: [], reason: 'cancelled', tier });
    });

    it('nothing outlives the command that started it', async () => {
      const mark = `janus-orphan-${tier}-${process.pid}`;
      const result = await bench.run(`(setsid bash -c 'exec -a ${mark} sleep 60' >/dev/null 2>&1 &); sleep 0.3; echo tried`);
      expect({ left: alive(mark), ...result }).toMatchObject({ left: [], reason: 'exit', exitCode: 0, stdout: { text: 'tried\n' } });
    });
  });
});
