import type { Previewer } from '../../../src/adapters/sandbox/contract/previewer.js';
import type { Effect, PreviewReport } from '../../../src/domain/action/effect.js';
import type { Knobs } from './knobs.js';

export const theEffect: Effect = {
  changes: [
    { root: '/workspace', path: 'report.txt', change: 'created', kind: 'file', mode: 0o644, size: 3, sha256: 'ab'.repeat(32), diff: '+hi' },
  ],
  omitted: 0,
  incomplete: [],
  steps: [{ tool: 'shell', reason: 'exit', exitCode: 0, problems: [] }],
};

/** Two runs that agreed; change what the test is about. */
export function aPreview(change: Partial<Extract<PreviewReport, { state: 'previewed' }>> = {}): PreviewReport {
  return { state: 'previewed', effect: theEffect, effectDigest: 'ef'.repeat(32), runs: 2, agreed: true, ...change };
}

/** Finds what the knobs say, and puts in place what was staged: only the folders are missing. */
export function createFakePreviewer(knobs: Pick<Knobs, 'preview' | 'stagedEffect' | 'inPlace'>): Previewer {
  return {
    preview: (_, signal) => knobs.preview(signal),
    stage: () =>
      Promise.resolve({
        workspace: '/stage/janus-on-stage',
        effectOf: () => Promise.resolve(knobs.stagedEffect),
        isFree: () => Promise.resolve(true),
        putInPlace: (target) => Promise.resolve(void knobs.inPlace.push(target)),
        discard: () => Promise.resolve(),
      }),
  };
}
