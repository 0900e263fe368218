import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { trailEvent } from '../../../src/domain/trail/events.js';
import { createNovelty } from '../../../src/domain/trail/novelty.js';
import type { Projection } from '../../../src/domain/trail/projection.js';
import { createAttempts } from '../../../src/domain/trail/attempts.js';
import { createPause } from '../../../src/domain/trail/pause.js';
import { createRates } from '../../../src/domain/trail/rates.js';
import { createRecent } from '../../../src/domain/trail/recent.js';
import { createStanding } from '../../../src/domain/trail/standing.js';
import { createTrailReport } from '../../../src/domain/trail/report.js';
import { sha256 } from '../../support/proposals/proposals.js';
import { aRecord, come } from '../../support/trail/records.js';

const projections: readonly (readonly [string, () => Projection<unknown>])[] = [
  ['novelty', createNovelty],
  ['recent', createRecent],
  ['rates', () => createRates({ disk_report: { perMinute: 2, burst: 1 }, '*': { perHour: 3 } })],
  ['pause', () => createPause(sha256)],
  ['standing', createStanding],
  ['attempts', createAttempts],
  ['report', () => createTrailReport('2026-01-01T00:00:00.000Z', '2026-02-01T00:00:00.000Z')],
];

const fields = fc.record(
  {
    action_id: fc.constantFrom('janus-000000000001', 'janus-000000000002'),
    action_key: fc.constantFrom('one', 'two'),
    playbook_id: fc.constantFrom('rotate', 5),
    deadline: fc.constantFrom('2026-01-03T00:00:00.000Z', 'no time', 5),
    approved_by: fc.constantFrom(['ana'], 'ana'),
    timed_out: fc.constant(true),
    dry_run: fc.constant(true),
    action_type: fc.constantFrom('disk_report', 5),
    until: fc.constantFrom('2026-01-02T00:05:00.000Z', 'no time', 5),
    of: fc.constantFrom('pause-000000000000', 5),
    summary: fc.anything(),
  },
  { requiredKeys: [] },
);
const stories = fc.array(fc.tuple(fc.constantFrom(...Object.values(trailEvent), 'anything'), fields));

describe.each(projections)('%s, a projection of the trail', (_name, create) => {
  it('comes to the same again when it has forgotten, whatever it knew before', () => {
    fc.assert(
      fc.property(stories, stories, (before, story) => {
        const records = story.map(([event, change], minutes) => aRecord(minutes, event, change));
        const projection = create();
        come(
          projection,
          before.map(([event, change], minutes) => aRecord(minutes, event, change)),
        );
        projection.forget();
        expect(projection.snapshot()).toEqual(create().snapshot());
        expect(come(projection, records)).toEqual(come(create(), records));
      }),
    );
  });
});
