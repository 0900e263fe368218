import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { openRecordSource } from '../../../src/adapters/audit/read/record-source.js';
import type { CommsHubSettings, NotTaken } from '../../../src/adapters/notify/comms-hub.js';
import { createCommsHub, reportSoon } from '../../../src/adapters/notify/comms-hub.js';
import { followForHub } from '../../../src/adapters/notify/hub-follower.js';
import { trailEvent } from '../../../src/domain/trail/events.js';
import { useFolders } from '../../support/folders.js';
import { anEndpoint } from '../../support/model/endpoints.js';
import { openHostBeyond } from '../../support/outbound/host-beyond.js';
import { aNotification } from '../../support/proposals/notifications.js';
import { soon } from '../../support/soon.js';
import { aRecord } from '../../support/trail/records.js';

const folder = useFolders();
const noWayOut = { open: () => Promise.reject(new Error('janus-egress does not answer')) };

/** A hub on this machine that answers with these statuses, one after the other; the last one stays. */
async function hubThatAnswers(...statuses: [number, ...number[]]) {
  let count = 0;
  const { endpoint, asked } = await anEndpoint((response) => {
    response.writeHead(statuses[Math.min(count, statuses.length - 1)] ?? 200).end('words');
    count += 1;
  });
  const settings: CommsHubSettings = { endpoint: endpoint.baseUrl.replace('/v1', '/comms'), isLocal: true, wayOut: noWayOut };
  return { settings, asked, report: createCommsHub(settings) };
}

describe('createCommsHub (spec D3)', () => {
  it('posts the notification as it is', async () => {
    const { report, asked } = await hubThatAnswers(202);
    const notification = aNotification({ event: trailEvent.constitutionalViolation, event_id: 'violation-1 ä' });
    expect(await report(notification)).toBeUndefined();
    expect(asked).toMatchObject([
      {
        url: '/comms',
        body: JSON.stringify(notification),
        headers: {
          'content-type': 'application/json',
          'x-janus-event': 'constitutional_violation',
          'x-janus-event-id': 'violation-1%20%C3%A4',
        },
      },
    ]);
  });

  it.each<[number, NotTaken]>([
    [400, { why: 'it answers 400', isFinal: true }],
    [404, { why: 'it answers 404', isFinal: true }],
    [408, { why: 'it answers 408', isFinal: false }],
    [429, { why: 'it answers 429', isFinal: false }],
    [500, { why: 'it answers 500', isFinal: false }],
    [302, { why: 'it answers 302', isFinal: false }],
  ])('a hub that answers %i did not take it: %j', async (status, failure) => {
    expect(await (await hubThatAnswers(status)).report(aNotification())).toEqual(failure);
  });

  it('one that is not there, or does not answer in time, may be there later', async () => {
    const { settings } = await hubThatAnswers(200);
    const gone = createCommsHub({ ...settings, endpoint: 'http://127.0.0.1:1/comms' });
    expect(await gone(aNotification())).toEqual({ why: expect.stringContaining('nobody who listens'), isFinal: false });
    const { endpoint } = await anEndpoint(() => undefined);
    const silent = createCommsHub({ ...settings, endpoint: endpoint.baseUrl, timeoutMilliseconds: 100 });
    expect(await silent(aNotification())).toEqual({ why: expect.stringContaining('within its time'), isFinal: false });
  });

  it.each([
    ['until it is taken', [500, 503, 200], 3, undefined],
    ['as often as it has pauses, and no more', [500], 3, { why: 'it answers 500', isFinal: false }],
    ['once, where it is refused', [400], 1, { why: 'it answers 400', isFinal: true }],
  ] as const)('what stands in no log is tried %s', async (_, statuses, times, failure) => {
    const { report, asked } = await hubThatAnswers(...(statuses as readonly number[] as [number]));
    expect(await reportSoon(report, aNotification(), [0, 1, 1])).toEqual(failure);
    expect(asked).toHaveLength(times);
  });
});

describe('a hub beyond this machine, over TLS through the egress process (spec D3, X4)', () => {
  const host = 'hub.example.org';
  const heard: string[] = [];
  let beyond: Awaited<ReturnType<typeof openHostBeyond>>;
  beforeAll(async () => {
    beyond = await openHostBeyond(folder(), [host], (response, { url = '', method = '' }) => {
      heard.push(`${method} ${url}`);
      response.writeHead(200).end();
    });
  });

  it.each([
    ['is reached where it is let through', [host], undefined, ['POST /comms']],
    ['is not reached where it is not, and hears nothing', ['api.groq.com'], { why: expect.any(String), isFinal: false }, []],
  ])('%s', async (_, domains, failure, hears) => {
    heard.length = 0;
    const wayOut = beyond.wayOut(domains, 'comms-hub');
    const report = createCommsHub({ endpoint: `https://${host}/comms`, isLocal: false, wayOut, certificates: beyond.certificates });
    expect(await report(aNotification())).toEqual(failure);
    expect(heard).toEqual(hears);
  });
});

describe('followForHub (spec D3)', () => {
  const now = new Date(Date.UTC(2026, 0, 2, 12));
  const line = (id: string, eventType: string, hour = 11) =>
    `${JSON.stringify(aRecord(hour * 60, eventType, { log: 'mission_log', id, action_id: undefined, summary: `about ${id}` }))}\n`;

  async function follow(statuses: [number, ...number[]], here = folder()) {
    const hub = await hubThatAnswers(...statuses);
    const file = join(here, 'mission_log.jsonl');
    const reported: [string, string | undefined][] = [];
    const follower = followForHub({
      records: openRecordSource(file, 'mission_log'),
      ...{ file, cursorFile: join(here, 'cursor'), pollMilliseconds: 5, report: hub.report, vesselName: 'balaur', now: () => now },
      kinds: ['constitutional_violation'],
      onReported: (failure, { eventId }) => void reported.push([eventId, failure?.why]),
      onError: (error) => {
        throw error;
      },
    });
    const isThrough = () =>
      existsSync(join(here, 'cursor')) &&
      (JSON.parse(readFileSync(join(here, 'cursor'), 'utf8')) as { offset: number }).offset === readFileSync(file).length;
    return { here, file, follower, reported, asked: hub.asked, through: () => soon(isThrough) };
  }

  it('reports what is wanted and not older than a day, each once, also over a restart', async () => {
    const first = await follow([200]);
    appendFileSync(
      first.file,
      line('old', trailEvent.emergencyStop, -13) +
        line('stop', trailEvent.emergencyStop) +
        line('unwanted', trailEvent.reliefDegrade) +
        line('no-alert', trailEvent.thinkingCycle) +
        line('violation', trailEvent.constitutionalViolation),
    );
    await first.through();
    await first.follower.close();
    expect(first.reported).toEqual([
      ['stop', undefined],
      ['violation', undefined],
    ]);
    expect(JSON.parse(first.asked[1]?.body ?? '')).toMatchObject({
      event: 'constitutional_violation',
      event_id: 'violation',
      summary: 'about violation',
    });
    const second = await follow([200], first.here);
    appendFileSync(second.file, line('next', trailEvent.modeChange));
    await second.through();
    await second.follower.close();
    expect(second.reported).toEqual([['next', undefined]]);
  });

  it('tries a hub that is away again, in order, and goes on behind a report that it refuses', async () => {
    const { file, through, follower, reported } = await follow([500, 503, 200, 400, 200]);
    appendFileSync(file, line('a', trailEvent.emergencyStop) + line('b', trailEvent.modeChange) + line('c', trailEvent.modeChange));
    await through();
    await follower.close();
    expect(reported).toEqual([
      ['a', 'it answers 500'],
      ['a', 'it answers 503'],
      ['a', undefined],
      ['b', 'it answers 400'],
      ['c', undefined],
    ]);
  });
});
