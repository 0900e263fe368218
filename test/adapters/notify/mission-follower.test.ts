import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { openRecordSource } from '../../../src/adapters/audit/read/record-source.js';
import type { TellAlert } from '../../../src/adapters/notify/alert.js';
import { untilNextLook } from '../../../src/adapters/notify/look-times.js';
import { followMission, toldAtOnce } from '../../../src/adapters/notify/mission-follower.js';
import { scriptMillisecondsMax } from '../../../src/adapters/notify/script-notifier.js';
import type { Alert } from '../../../src/domain/trail/alert.js';
import { createAttempts, isWorthARecord } from '../../../src/domain/trail/attempts.js';
import { useFolders } from '../../support/folders.js';
import { soon } from '../../support/soon.js';
import { aRecord } from '../../support/trail/records.js';

const folder = useFolders();
const line = (id: string, eventType: string) =>
  `${JSON.stringify(aRecord(0, eventType, { log: 'mission_log', id, action_id: undefined, summary: `about ${id}` }))}\n`;

describe('followMission', () => {
  const following = (here: string, told: Alert[], tell: TellAlert = async (alert) => void told.push(alert)) => {
    const at = (name: string) => join(here, name);
    const file = at('mission_log.jsonl');
    const caughtUp = () =>
      soon(
        () =>
          existsSync(at('cursor')) &&
          (JSON.parse(readFileSync(at('cursor'), 'utf8')) as { offset: number }).offset === readFileSync(file).length,
      );
    const follower = followMission(
      {
        records: openRecordSource(file, 'mission_log'),
        file,
        cursorFile: at('cursor'),
        pollMilliseconds: 20,
        onError: (error) => {
          throw error;
        },
      },
      tell,
    );
    return { file, caughtUp, follower };
  };

  it('tells what somebody has to look at once, with the command that shows it, and nothing else; also over a restart', async () => {
    const here = folder();
    const told: Alert[] = [];
    const first = following(here, told);
    appendFileSync(first.file, line('cycle/1', 'thinking_cycle') + line('a', 'break_glass_lapsed') + line('b', 'no_such_event'));
    await first.caughtUp();
    await first.follower.close();
    const second = following(here, told);
    appendFileSync(second.file, line('c', 'break_glass_condemned'));
    await second.caughtUp();
    await second.follower.close();
    const at = new Date(Date.UTC(2026, 0, 2));
    const command = 'ubos audit tail --log mission_log';
    expect(told).toEqual([
      { event: 'break_glass_lapsed', eventId: 'a', at, summary: 'about a', command },
      { event: 'break_glass_condemned', eventId: 'c', at, summary: 'about c', command },
    ]);
  });

  /** As many as an hour has records of: they need not come one by one. */
  function attemptsInAnHour(): number {
    const attempts = createAttempts();
    const at = new Date(Date.UTC(2026, 0, 2));
    for (let count = 0; ; count += 1) {
      if (!isWorthARecord(attempts.snapshot(), at)) return count;
      attempts.apply(aRecord(count, 'unauthorised_attempt', { log: 'mission_log', timestamp: at.toISOString() }));
    }
  }

  it('tells several at once, and does not count them as told before each has been (spec K4)', async () => {
    const here = folder();
    const release: (() => void)[] = [];
    const { file, caughtUp, follower } = following(here, [], () => new Promise((resolve) => release.push(resolve)));
    const count = attemptsInAnHour();
    appendFileSync(file, Array.from({ length: count }, (_, n) => line(`attempt/${n}`, 'unauthorised_attempt')).join(''));
    for (let told = 0; told < count; told += toldAtOnce) {
      await soon(() => release.length === Math.min(count, told + toldAtOnce));
      expect(existsSync(join(here, 'cursor'))).toBe(false);
      for (const end of release.slice(told)) end();
    }
    await caughtUp();
    await follower.close();
  });

  it('tells of all attempts of an hour within a minute, also when the kernel told of no change, looks failed, and each script hangs (spec K4)', () => {
    const looks = [true, false].flatMap((isWatched) =>
      Array.from({ length: 64 }, (_, failures) => untilNextLook({ pollMilliseconds: 1_000, isWatched, failures })),
    );
    const scripts = Math.ceil(attemptsInAnHour() / toldAtOnce) * scriptMillisecondsMax;
    expect(Math.max(...looks) + scripts).toBeLessThan(60_000);
  });
});
