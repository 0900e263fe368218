import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { anEndpoint } from '../../../support/model/endpoints.js';
import { useFolders } from '../../../support/folders.js';
import { printed } from '../../support/printed.js';
import { aConfig, ubos } from '../../support/ubos.js';

const folder = useFolders();

function withScript(text?: string) {
  const here = folder();
  const script = join(here, 'notify');
  if (text !== undefined) writeFileSync(script, text, { mode: 0o755 });
  const config = aConfig();
  return { here, script, config: { ...config, approval: { ...config.approval, notificationScript: script } } };
}

describe('ubos notify test (spec A6, U1)', () => {
  it('calls the script as the vessel does, and says that it ended well', async () => {
    const { here, script, config } = withScript('#!/bin/sh\nprintf %s "$1" >"${0%/*}/told"; cat >"${0%/*}/stdin"\n');
    const { code, stdout, stderr } = await ubos('notify test', { config });
    expect([code, `${stdout}${stderr}`]).toEqual([0, expect.stringContaining(`Told: ${script} ended well`)]);
    const told = readFileSync(join(here, 'told'), 'utf8');
    expect(JSON.parse(told)).toMatchObject({
      ...{ schema: 'janus.notification/v1', event: 'test', event_id: 'test/2026-01-02T12:00:00.000Z', vessel_id: 'balaur' },
      ...{ proposal_id: '', review_command: 'ubos status', approve_command: '' },
    });
    expect(readFileSync(join(here, 'stdin'), 'utf8')).toBe(told);
    const json = await ubos('notify test --json', { config });
    expect(printed(json.stdout, 'notify-test')).toMatchObject({ ok: true, told: [{ to: script, ok: true, why: null }] });
  });

  it.each([
    ['fails', '#!/bin/sh\necho "NTFY_URL is missing" >&2; exit 2\n', 'exit code 2: NTFY_URL is missing'],
    ['has the line ends of Windows', '#!/bin/sh\r\nexit 0\r\n', 'CRLF'],
  ])('says of a script that %s why nobody was told', async (_, text, why) => {
    const { config, script } = withScript(text);
    const json = await ubos('notify test --json', { config });
    expect([json.code, printed(json.stdout, 'notify-test')]).toMatchObject([
      1,
      { ok: false, told: [{ to: script, why: expect.stringContaining(why) }] },
    ]);
    const { code, stderr } = await ubos('notify test', { config, columns: 1_000 });
    expect([code, stderr]).toEqual([1, expect.stringContaining(`ubos: ${script} failed: `)]);
    expect(stderr).toContain(why);
  });

  it('reports to the comms hub as well, and fails where one of them does', async () => {
    const { config, script } = withScript('#!/bin/sh\nexit 0\n');
    const { endpoint, asked } = await anEndpoint((response) => void response.writeHead(asked.length === 1 ? 200 : 503).end());
    const commsHub = { enabled: true, endpoint: endpoint.baseUrl, isLocal: true };
    const first = await ubos('notify test --json', { config: { ...config, commsHub } });
    expect([first.code, printed(first.stdout, 'notify-test')]).toMatchObject([
      0,
      { ok: true, told: [{ to: script }, { to: endpoint.baseUrl, ok: true }] },
    ]);
    expect(JSON.parse(asked[0]?.body ?? '')).toMatchObject({ event: 'test', vessel_id: 'balaur' });
    const { code, stderr } = await ubos('notify test', { config: { ...config, commsHub }, columns: 1_000 });
    expect([code, stderr]).toEqual([1, expect.stringContaining(`ubos: ${endpoint.baseUrl} failed: it answers 503`)]);
  });

  it('says where there is no script, and where nobody is to be told', async () => {
    const { config, script } = withScript();
    expect(await ubos('notify test', { config, columns: 1_000 })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`${script} is not there`),
    });
    const off = { ...config, approval: { ...config.approval, notificationScript: undefined } };
    expect(await ubos('notify test', { config: off, columns: 1_000 })).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/notification_enabled: false[^]*ubos config explain approval_workflow\.notification_enabled/),
    });
    expect(await ubos('notify test now', { config })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('"now" is one word too many'),
    });
  });
});
