import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { followAlerts, openAlertPage, readAlertPage } from '../../../src/adapters/notify/alert-page.js';
import type { Alert } from '../../../src/domain/trail/alert.js';
import { useFolders } from '../../support/folders.js';
import { soon } from '../../support/soon.js';

const folder = useFolders();
const alert = (eventId: string, summary = 'x'): Alert => ({
  event: 'audit_alarm',
  eventId,
  at: new Date(1_000),
  summary,
  command: 'ubos doctor',
});

function following(here: string) {
  const told: string[] = [];
  const errors: unknown[] = [];
  const follower = followAlerts(
    {
      file: join(here, 'alerts.json'),
      alerts: () => readAlertPage(join(here, 'alerts.json')),
      toldFile: join(here, 'own', 'alerts.told'),
      pollMilliseconds: 20,
      onError: (error) => errors.push(error),
      onLooked: () => undefined,
    },
    async ({ eventId }) => void told.push(eventId),
  );
  return { told, errors, close: () => follower.close() };
}

it('keeps the newest alerts in a file of one size: a disk that is full takes them (spec L2, A6)', async () => {
  const here = folder();
  const file = join(here, 'alerts.json');
  const page = openAlertPage(file);
  const { size } = statSync(file);
  for (let index = 0; index < 300; index += 1) await page.tell(alert(`id-${index}`, 'y'.repeat(200)));
  expect(statSync(file).size).toBe(size);
  const reader = following(here);
  await soon(() => reader.told.at(-1) === 'id-299');
  await reader.close();
  expect(reader.told.length).toBeGreaterThan(30);
});

it('a page that nobody of ours wrote is no alert, and the next one that is written counts', async () => {
  const here = folder();
  const file = join(here, 'alerts.json');
  writeFileSync(file, '{"alerts":[{"event":1},null]}');
  const reader = following(here);
  await openAlertPage(file).tell(alert('one'));
  await soon(() => reader.told.length === 1);
  await reader.close();
  expect(reader.told).toEqual(['one']);
});

it('a list of what was told that cannot be read is trouble: to begin anew would tell all of it again', async () => {
  const here = folder();
  const first = following(here);
  await openAlertPage(join(here, 'alerts.json')).tell(alert('one'));
  await soon(() => existsSync(join(here, 'own', 'alerts.told')));
  await first.close();
  expect(JSON.parse(readFileSync(join(here, 'own', 'alerts.told'), 'utf8'))).toEqual(['one']);
  writeFileSync(join(here, 'own', 'alerts.told'), 'x');
  const second = following(here);
  await soon(() => second.errors.length > 0);
  await second.close();
  expect(second.told).toEqual([]);
});
