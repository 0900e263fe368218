import { afterEach, describe, expect, it } from '@jest/globals';
import type { FinalStatus } from '../../../src/domain/action/status.js';
import { useFolders } from '../../support/folders.js';
import type { BrainBench } from '../../support/vessel/brains.js';
import { openBrain } from '../../support/vessel/brains.js';
import { resumed } from '../../support/bench/holds.js';
import { closeTrails, openTrail, recordsIn } from '../../support/trail/trails.js';

const folder = useFolders();
afterEach(closeTrails);

const idOf = (index: number) => `janus-${index.toString(16).padStart(12, '0')}`;
const decidedAt = '2026-01-02T04:00:00.000Z';
type Sound = Awaited<ReturnType<BrainBench['passed']>>;

/** A proposal that passed its review, with an action of its own. */
const passed = (brain: BrainBench, index: number, actionType = 'paced') =>
  brain.passed({ proposal_id: idOf(index), action_type: actionType, tool_args: [`exit ${index}`] });

const authorise = (brain: BrainBench, sound: Sound, attempt = 1) =>
  brain.authoriseStart({
    ...sound,
    ...{ decisions: [{ kind: 'approve', by: 'ana', digest: sound.digest.slice(0, 32) }], decidedAt, attempt, verdict: 1 },
  });

async function fail(brain: BrainBench, index: number, status: FinalStatus = 'failed'): Promise<void> {
  const { identity, document } = await passed(brain, index, 'other');
  await brain.recordEnd({ identity, document, status, reason: 'it failed' });
}

const recorded = (brain: BrainBench, event: string) => recordsIn(brain.file).filter(({ event_type: type }) => type === event);
const missionOf = (here: string) => recordsIn(`${here}/mission_log.jsonl`);

describe('the rate of a type of action, at the start (spec G5)', () => {
  const rateLimits = { paced: { perMinute: 2 } };

  it('gives no permit over the limit, says when its turn is, and records that once', async () => {
    const brain = openBrain(folder(), { rateLimits });
    const sounds = [await passed(brain, 1), await passed(brain, 2), await passed(brain, 3)];
    for (const sound of sounds.slice(0, 2)) expect(await authorise(brain, sound)).toMatchObject({ kind: 'authorised' });
    const until = '2026-01-02T03:05:05.678Z';
    for (const attempt of [1, 2])
      expect(await authorise(brain, sounds[2]!, attempt)).toEqual({
        ...{ kind: 'limited', until, why: `again at ${until}: at most 2 a minute (paced)` },
      });
    expect(recorded(brain, 'rate_limited')).toMatchObject([{ id: `${idOf(3)}/limited/1`, status: 'approved', until, limit: '2 a minute' }]);
    expect(recorded(brain, 'action_approved')).toHaveLength(2);
    brain.circumstances.now = new Date(until);
    expect(await authorise(brain, sounds[2]!, 3)).toMatchObject({ kind: 'authorised' });
  });

  it('holds for two brains that are asked in the same moment, and for one that begins anew', async () => {
    const here = folder();
    const brains = [openBrain(here, { rateLimits }), openBrain(here, { rateLimits })];
    const sounds = await Promise.all(Array.from({ length: 12 }, (_, index) => passed(brains[index % 2]!, index + 1)));
    const answers = await Promise.all(sounds.map((sound, index) => authorise(brains[(index + 1) % 2]!, sound)));
    expect(answers.filter(({ kind }) => kind === 'authorised')).toHaveLength(2);
    const turns = answers.flatMap((answer) => (answer.kind === 'limited' ? [answer.until] : []));
    expect(turns).toHaveLength(10);
    for (const turn of turns) expect(turns.filter((each) => each === turn)).toHaveLength(2);
    const again = openBrain(here, { rateLimits });
    const one = await passed(again, 99);
    expect(await authorise(again, one)).toMatchObject({ kind: 'limited', until: '2026-01-02T03:10:05.678Z' });
    // Nobody heard of a start that was recorded, because the worker died: it is permitted once more.
    const started = answers.findIndex(({ kind }) => kind === 'authorised');
    expect(await authorise(again, sounds[started]!)).toEqual(answers[started]);
  });

  it('does not hold back what an emergency stop or a changed rule refuses', async () => {
    const brain = openBrain(folder(), { rateLimits: { paced: { perHour: 1 } } });
    const [first, second] = [await passed(brain, 1), await passed(brain, 2)];
    await authorise(brain, first);
    brain.circumstances.emergency = 'EMERGENCY_STOP is there';
    expect(await authorise(brain, second)).toMatchObject({ kind: 'suspended' });
    brain.circumstances.emergency = undefined;
    expect(await authorise(brain, { ...second, digest: 'f'.repeat(64) })).toMatchObject({ kind: 'stale' });
    expect(recorded(brain, 'rate_limited')).toEqual([]);
  });
});

describe('the pause after failures, at the start (spec G6)', () => {
  it('starts nothing after three failures, tells who can read the mission log, and goes on when a person resumed', async () => {
    const here = folder();
    const brain = openBrain(here);
    const sound = await passed(brain, 1);
    for (const index of [2, 3, 4]) await fail(brain, index, index === 3 ? 'rolled_back' : 'failed');
    const [pause] = missionOf(here);
    const id = String(pause?.id);
    expect(pause).toMatchObject({ event_type: 'vessel_paused', id: expect.stringMatching(/^pause-[0-9a-f]{12}$/), within_seconds: 600 });
    expect(await authorise(brain, sound)).toEqual({ kind: 'paused', why: expect.stringContaining(id) });
    expect(recorded(brain, 'action_approved')).toEqual([]);
    // Restarted a day later it is paused all the same.
    const again = openBrain(here);
    again.circumstances.now = new Date('2026-01-03T03:00:00.000Z');
    expect(await authorise(again, sound, 2)).toMatchObject({ kind: 'paused' });
    const { trail } = openTrail(here);
    await trail.append('mission_log', resumed('pause-000000000000'));
    expect(await authorise(again, sound, 3)).toMatchObject({ kind: 'paused' });
    await trail.append('mission_log', resumed(id));
    // Also for a process that has not written that itself.
    expect(await authorise(again, sound, 4)).toMatchObject({ kind: 'authorised' });
    expect(missionOf(here).filter(({ event_type: type }) => type === 'vessel_paused')).toHaveLength(1);
  });

  it('revokes a start that was permitted, and that nobody has heard of', async () => {
    const brain = openBrain(folder());
    const sound = await passed(brain, 1);
    await authorise(brain, sound);
    for (const index of [2, 3, 4]) await fail(brain, index);
    expect(await authorise(brain, sound)).toMatchObject({ kind: 'paused' });
    expect(recorded(brain, 'start_revoked')).toHaveLength(1);
  });
});
