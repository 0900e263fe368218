import { execFile } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { Notification } from '../../src/domain/trail/notification.js';
import { useFolders } from '../support/folders.js';
import { aNotification } from '../support/proposals/notifications.js';

const folder = useFolders();
const scripts = resolve('deploy/notify');

interface Ended {
  readonly code: number;
  readonly stderr: string;
}

/** Where a script lies as it would on a server: under another name, as a link, with its settings beside it. */
function install(script: string, settings?: string) {
  const here = folder();
  const [link, fakes] = [join(here, 'janus_notify.sh'), join(here, 'fakes')];
  symlinkSync(join(scripts, script), link);
  mkdirSync(fakes);
  let path = `${fakes}:/usr/bin:/bin`;
  if (settings !== undefined) writeFileSync(join(here, 'notify.env'), settings);
  return {
    read: (name: string) => readFileSync(join(here, name), 'utf8'),
    /** A program that keeps its arguments, one a line, and what it reads. */
    fake: (name: string, end = 'exit 0') =>
      writeFileSync(join(fakes, name), `#!/bin/sh\nprintf '%s\\n' "$@" >${here}/arguments\ncat >${here}/stdin\n${end}\n`, { mode: 0o755 }),
    /** Only what lies among the fakes is there for it. */
    alone: (...programs: string[]) => {
      for (const name of programs) symlinkSync(join('/usr/bin', name), join(fakes, name));
      path = fakes;
    },
    run: (notification: Notification | string) =>
      new Promise<Ended>((end) => {
        const json = typeof notification === 'string' ? notification : JSON.stringify(notification);
        const env = { PATH: path, LANG: 'C.UTF-8', JANUS_EVENT: 'requested' };
        const child = execFile(link, [json], { env }, (error, _, stderr) =>
          end({ code: error === null ? 0 : (error.code as unknown as number), stderr }),
        );
        child.stdin?.end(json);
      }),
  };
}

/** What a server on this machine was asked, which answers with the status. */
async function whileListening(status: number, act: (address: string) => Promise<void>) {
  const asked: { headers: Record<string, unknown>; path: string; body: string }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      asked.push({ headers: request.headers, path: request.url ?? '', body: Buffer.concat(chunks).toString('utf8') });
      response.writeHead(status).end('what a server says is of no interest');
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  try {
    await act(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    await new Promise((closed) => server.close(closed));
  }
  return asked;
}

const waiting = aNotification({ expires_at: '2026-01-03T03:04:05.678Z', digest_words: 'able acid' });
const stop = aNotification({
  ...{ event: 'emergency_stop', event_id: 'stop/1', proposal_id: '', action_type: '', risk_level: '', summary: 'all was stopped' },
  ...{ review_command: 'ubos status', approve_command: '', reject_command: '' },
});
const words = [
  waiting.summary,
  'until 2026-01-03T03:04:05.678Z',
  'digest able acid',
  ...[waiting.review_command, waiting.approve_command, waiting.reject_command],
].join('\n');

describe('the scripts that tell people (spec A6)', () => {
  it('ntfy: the topic, the words, how urgent it is, and the token in a header', async () => {
    const asked = await whileListening(200, async (address) => {
      const { run } = install('ntfy', `NTFY_URL=${address}/janus-topic\r\nNTFY_TOKEN=tk_secret\n`);
      expect(await run(waiting)).toEqual({ code: 0, stderr: '' });
      expect(await run(stop)).toEqual({ code: 0, stderr: '' });
    });
    expect(asked.map(({ path, headers, body }) => [path, headers['authorization'], JSON.parse(body)])).toEqual([
      [
        '/',
        'Bearer tk_secret',
        { topic: 'janus-topic', title: 'balaur: requested disk_report (low)', message: words, priority: 3, tags: ['requested', 'low'] },
      ],
      [
        '/',
        'Bearer tk_secret',
        {
          topic: 'janus-topic',
          title: 'balaur: emergency_stop',
          message: 'all was stopped\nubos status',
          priority: 5,
          tags: ['emergency_stop'],
        },
      ],
    ]);
  });

  it.each(['sixteen letters!', 'ä secret with "quotes", \\x41 and spaces', 'long'.repeat(40)])(
    'webhook: the notification as it is, signed by %j',
    async (secret) => {
      const asked = await whileListening(204, async (address) => {
        const { run } = install('webhook', `WEBHOOK_URL=${address}/hook?a=b\nWEBHOOK_SECRET=${secret}\n`);
        expect(await run(waiting)).toEqual({ code: 0, stderr: '' });
      });
      const body = JSON.stringify(waiting);
      expect(asked).toMatchObject([
        {
          path: '/hook?a=b',
          body,
          headers: {
            'content-type': 'application/json',
            'x-janus-event': 'requested',
            'x-janus-event-id': waiting.event_id,
            'x-janus-signature': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
          },
        },
      ]);
    },
  );

  it('mail: a message that sendmail can send, in the thread of its proposal', async () => {
    const { run, fake, read } = install('mail', 'MAIL_TO=ana@example.org\nMAIL_FROM=janus@example.org\n');
    fake('sendmail');
    expect(await run(waiting)).toEqual({ code: 0, stderr: '' });
    const [head = '', body = ''] = read('stdin').split('\n\n');
    expect(head.split('\n')).toEqual([
      'From: janus@example.org',
      'To: ana@example.org',
      `Subject: =?UTF-8?B?${Buffer.from('balaur: requested disk_report (low)').toString('base64')}?=`,
      'Message-ID: <janus-0123456789ab.review@janus>',
      'In-Reply-To: <janus-0123456789ab@janus>',
      'References: <janus-0123456789ab@janus>',
      'Auto-Submitted: auto-generated',
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=utf-8',
      'Content-Transfer-Encoding: base64',
    ]);
    expect(Buffer.from(body, 'base64').toString('utf8')).toBe(`${words}\n`);
    expect(read('arguments').split('\n')).toEqual(['-t', '-i', '']);
  });

  it('apprise: the tag is the risk, and the words are no argument', async () => {
    const { run, fake, read } = install('apprise', 'APPRISE_CONFIG=/dev/null\n');
    fake('apprise', 'echo Notified');
    expect((await run(waiting)).code).toBe(0);
    expect(read('stdin')).toBe(`${words}\n`);
    expect(read('arguments')).toContain('--tag=low\n--notification-type=info\n--title=balaur: requested disk_report (low)\n');
    expect((await run(stop)).code).toBe(0);
    expect(read('arguments')).toContain('--tag=vessel\n--notification-type=warning\n');
  });

  it('journal: one entry with its fields, and no settings', async () => {
    const { run, fake, read } = install('journal');
    fake('logger');
    expect(await run(stop)).toEqual({ code: 0, stderr: '' });
    expect(read('arguments')).toBe('--journald\n');
    expect(read('stdin').split('\n')).toEqual([
      'SYSLOG_IDENTIFIER=janus-notify',
      'PRIORITY=2',
      'MESSAGE=balaur: emergency_stop: all was stopped · ubos status',
      ...['JANUS_EVENT=emergency_stop', 'JANUS_EVENT_ID=stop/1', 'JANUS_PROPOSAL=', ''],
    ]);
  });

  it.each([
    ['ntfy', '', /^NTFY_URL is missing in \S+\/notify\.env: the address of the topic/],
    ['ntfy', 'NTFY_URL=ntfy.example.org', /is no address of a topic: ntfy\.example\.org/],
    ['webhook', 'WEBHOOK_URL=http://127.0.0.1:1/', /^WEBHOOK_SECRET is missing in/],
    ['webhook', 'WEBHOOK_URL=http://127.0.0.1:1/\nWEBHOOK_SECRET=short', /^WEBHOOK_SECRET in \S+ has fewer than 16/],
    ['mail', '', /^MAIL_TO is missing in/],
    ['mail', 'MAIL_TO=ana@example.org bo@example.org', /are one address each, found: ana@example\.org bo/],
    ['apprise', '', /^APPRISE_CONFIG is missing in/],
    ['apprise', 'APPRISE_CONFIG=/no/such', /^\/no\/such, as APPRISE_CONFIG says, cannot be read by/],
  ])('%s with the settings %j says what is missing, and tells nobody', async (script, settings, says) => {
    const { run, fake, read } = install(script, settings);
    for (const name of ['sendmail', 'apprise']) fake(name);
    expect(await run(waiting)).toEqual({ code: 2, stderr: expect.stringMatching(says) });
    expect(() => read('arguments')).toThrow('ENOENT');
  });

  it('say which program is missing, and which argument is no notification', async () => {
    const apprise = install('apprise');
    apprise.alone('bash', 'dirname', 'readlink');
    expect(await apprise.run(waiting)).toEqual({ code: 2, stderr: expect.stringMatching(/^jq is not installed, or not in/) });
    apprise.alone('jq');
    expect(await apprise.run(waiting)).toEqual({ code: 2, stderr: expect.stringMatching(/^apprise is not installed, or not in/) });
    for (const argument of ['', '{}', 'text', '[]', '{"event":'])
      expect(await install('journal').run(argument)).toEqual({ code: 2, stderr: expect.stringContaining('ubos notify test') });
  });

  it('fail where the server does not take it', async () => {
    await whileListening(403, async (address) => {
      const { run } = install('ntfy', `NTFY_URL=${address}/topic\n`);
      expect(await run(waiting)).toEqual({ code: 22, stderr: expect.stringContaining('403') });
    });
  });

  it('are short, and shellcheck has nothing to say', async () => {
    const files = readdirSync(scripts);
    expect(
      files.filter((name) => name !== 'lib.sh').filter((name) => readFileSync(join(scripts, name), 'utf8').split('\n').length > 31),
    ).toEqual([]);
    const found = await new Promise((end) =>
      execFile('shellcheck', ['--external-sources', '--check-sourced', ...files.map((name) => join(scripts, name))], (error, stdout) =>
        end((error?.code as unknown) === 'ENOENT' && process.env['CI'] === undefined ? '' : stdout),
      ),
    );
    expect(found).toBe('');
  });
});
