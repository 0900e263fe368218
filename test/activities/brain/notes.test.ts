import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { noteProblem } from '../../../src/domain/trail/noted-events.js';
import { useFolders } from '../../support/folders.js';
import { closeTrails, recordsIn } from '../../support/trail/trails.js';
import type { BrainBench } from '../../support/vessel/brains.js';
import { identityOf, openBrain } from '../../support/vessel/brains.js';

const folder = useFolders();
afterEach(closeTrails);

const event = {
  name: 'approval_reminder/50',
  eventType: 'approval_reminder' as const,
  summary: 'half of the time is over',
  data: { status: 'proposed' as const, digest: '9f2c41ab'.repeat(8), deadline: '2026-01-02T00:00:00.000Z' },
};

let brain: BrainBench;
let sound: Awaited<ReturnType<BrainBench['passed']>>;
beforeEach(async () => {
  brain = openBrain(folder());
  sound = await brain.passed();
});
const notes = () => recordsIn(brain.file).slice(1);

describe('recordEvents (spec P6, L2)', () => {
  it('writes each event once, about the asking proposal', async () => {
    const request = { ...sound, events: [event, { ...event, name: 'approval_reminder/90' }] };
    const answer = await brain.recordEvents(request);
    expect(await brain.recordEvents(request)).toEqual(answer);
    const id = 'janus-0123456789ab';
    expect(notes()).toEqual([
      expect.objectContaining({ id: `${id}/approval_reminder/50`, action_id: id, event_type: 'approval_reminder', ...event.data }),
      expect.objectContaining({ id: `${id}/approval_reminder/90` }),
    ]);
  });

  it('takes nothing to record for a bug', async () => {
    await expect(brain.recordEvents({ ...sound, events: [] })).rejects.toThrow(TypeError);
  });

  it.each<[string, () => object]>([
    ['a proposal that nobody reviewed', () => ({ identity: identityOf('janus-ffffffffffff') })],
    ['another run of its id', () => ({ identity: { ...sound.identity, firstRunId: 'another' } })],
    ['another proposal under its id', () => ({ document: { ...sound.document, rationale: 'another one' } })],
    ['a review of a glass that nobody broke', () => ({ identity: identityOf('janus-0123456789ab-review'), digest: sound.digest })],
  ])('writes nothing for %s', async (_, change) => {
    expect(await brain.recordEvents({ ...sound, events: [event], ...change() })).toMatchObject({ kind: 'refused' });
    expect(notes()).toEqual([]);
  });

  it('loses no word that comes at the place of another, after a reset (spec A1)', async () => {
    const data = { by: 'ana', progress: '1 of 2', assurance: 'unsigned' as const, reason: '', received_at: '2026-01-02T00:00:00.000Z' };
    const given = { name: 'counted/1', eventType: 'approval_given' as const, summary: 'approve by ana', data };
    const other = { ...given, eventType: 'approval_withdrawn' as const, summary: 'withdraw by ana' };
    for (const each of [given, other, other, given]) await brain.recordEvents({ ...sound, events: [each] });
    expect(notes().map(({ event_type: type }) => type)).toEqual(['approval_given', 'approval_withdrawn']);
  });

  it('leaves out what is no note, and writes the rest', async () => {
    const forged = { name: 'approved', eventType: 'action_approved', summary: 's', data: { approved_by: ['ana'] } } as never;
    expect(await brain.recordEvents({ ...sound, events: [forged] })).toMatchObject({ kind: 'refused' });
    await brain.recordEvents({ ...sound, events: [forged, event] });
    expect(notes().map(({ event_type: type }) => type)).toEqual(['approval_reminder']);
  });
});

describe('a note (spec P6)', () => {
  it.each<[string, object, RegExp]>([
    ['an event that no workflow notes', { eventType: 'action_completed', name: 'result' }, /no workflow notes/],
    ['a name of the prototype', { eventType: 'toString' }, /no workflow notes/],
    ['another name', { name: 'end' }, /not called so/],
    ['a name with more behind it', { name: 'approval_reminder/50/end' }, /not called so/],
    ['a field that it has not', { data: { ...event.data, outcome: 'completed' } }, /"outcome" does not belong/],
    ['another state', { data: { ...event.data, status: 'completed' } }, /status is not one of/],
    ['a field of another kind', { data: { ...event.data, deadline: 'tomorrow' } }, /deadline is not a UTC time/],
    ['a field that is missing', { data: { ...event.data, deadline: undefined } }, /deadline is not a UTC time/],
    ['no fields', { data: null }, /no fields/],
  ])('is not %s', (_, change, why) => {
    expect(noteProblem({ ...event, ...change })).toMatch(why);
  });

  it('may be one of several kinds', () => {
    const note = { name: 'void/1', eventType: 'approval_withdrawn', data: { digest: 'a'.repeat(64) } };
    expect(noteProblem(note)).toBeUndefined();
    expect(noteProblem({ ...note, data: { digest: 'a' } })).toMatch(/missing|not/);
    const ballot = { by: 'ana', progress: '1 of 2', assurance: 'unsigned', reason: '', received_at: '2026-01-02T00:00:00.000Z' };
    expect(noteProblem({ ...note, name: 'counted/2', data: ballot })).toBeUndefined();
    expect(noteProblem({ ...note, data: { ...ballot, assurance: 'sworn' } })).toMatch(/assurance is not one of/);
  });
});
