import { approve, untilRecorded } from '../bench/people.js';
import { lives, novel, playbookFires, undone } from '../bench/own.js';
import type { Path } from './decision-paths.js';

/** Who consents: a mode that has been earned, at once or when nobody objected; or people, where it has not, or was lost meanwhile (spec T7). */
export const grantPaths: readonly Path[] = [
  {
    name: 'granted-to-a-playbook',
    walk: async (bench) => {
      bench.knobs.ceiling = 'omega';
      await lives(bench, 'beta');
      return playbookFires(bench);
    },
  },
  {
    name: 'granted-after-the-veto-window',
    walk: async (bench) => {
      Object.assign(bench.knobs, { ceiling: 'omega', grants: { vetoSeconds: 3 } });
      await lives(bench, 'omega');
      return novel(bench, undone);
    },
  },
  {
    name: 'vetoed',
    walk: async (bench) => {
      bench.knobs.ceiling = 'omega';
      await lives(bench, 'omega');
      const handle = await novel(bench, undone);
      await handle.signal('reject', { by: 'approver', reason: 'not on a Friday' });
      return handle;
    },
  },
  {
    name: 'withheld-by-a-lower-mode',
    walk: async (bench) => {
      bench.knobs.ceiling = 'omega';
      const handle = await playbookFires(bench);
      await untilRecorded(bench, handle, 'grant_withheld');
      await approve(bench, handle);
      return handle;
    },
  },
];
