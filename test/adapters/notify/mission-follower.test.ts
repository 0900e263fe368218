import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { openRecordSource } from '../../../src/adapters/audit/read/record-source.js';
import { followMission } from '../../../src/adapters/notify/mission-follower.js';
import type { Alert } from '../../../src/domain/trail/alert.js';
import { useFolders } from '../../support/folders.js';
import { soon } from '../../support/soon.js';
import { aRecord } from '../../support/trail/records.js';

const folder = useFolders();
const line = (id: string, eventType: string) =>
  `${JSON.stringify(aRecord(0, eventType, { log: 'mission_log', id, action_id: undefined, summary: `about ${id}` }))}\n`;

describe('followMission', () => {
  const following = (here: string, told: Alert[]) => {
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
      async (alert) => void told.push(alert),
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
});
