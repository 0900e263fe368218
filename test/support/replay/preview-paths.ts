import { aPreview } from '../bench/fake-previewer.js';
import type { Bench } from '../bench/bench.js';
import { approve, proposed } from '../bench/people.js';
import type { Path } from './decision-paths.js';

/** A low risk that the policy wants to see previewed. */
async function previewed(bench: Bench, change = {}) {
  bench.knobs.previewByRisk = { low: true };
  return proposed(bench, bench.document('exit 0', change));
}

/** What a preview finds, and what becomes of it (spec X7). */
export const previewPaths: readonly Path[] = [
  {
    name: 'previewed-and-bound',
    walk: async (bench) => {
      Object.assign(bench.knobs, { preview: () => Promise.resolve(aPreview()), stagedEffect: 'ef'.repeat(32) });
      const handle = await previewed(bench);
      await approve(bench, handle);
      return handle;
    },
  },
  {
    name: 'another-effect-than-previewed',
    walk: async (bench) => {
      Object.assign(bench.knobs, { preview: () => Promise.resolve(aPreview()), stagedEffect: '00'.repeat(32) });
      const handle = await previewed(bench);
      await approve(bench, handle);
      return handle;
    },
  },
  {
    name: 'previews-disagree',
    walk: async (bench) => {
      bench.knobs.preview = () => Promise.resolve(aPreview({ agreed: false, unbound: 'two runs differ in /workspace/report.txt' }));
      const handle = await previewed(bench);
      await approve(bench, handle);
      return handle;
    },
  },
  {
    name: 'not-previewable',
    walk: async (bench) => {
      bench.knobs.handsFail = { previewAction: { times: 1, retryable: false } };
      const handle = await previewed(bench);
      await approve(bench, handle);
      return handle;
    },
  },
  {
    name: 'cancelled-while-previewed',
    walk: async (bench) => {
      const running = new Promise<void>((begun) => {
        bench.knobs.preview = (signal) =>
          new Promise((_, stopped) => {
            begun();
            signal.addEventListener('abort', () => stopped(signal.reason as Error), { once: true });
          });
      });
      bench.knobs.previewByRisk = { low: true };
      const handle = await bench.propose(bench.document('exit 0'));
      await running;
      await handle.signal('cancel', { by: 'proposer' });
      return handle;
    },
  },
];
