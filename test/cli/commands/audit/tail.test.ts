import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { EXIT } from '../../../../src/cli/exit-codes.js';
import { jsonSchemas } from '../../../../src/cli/schemas/json-schemas.js';
import { buildTrail } from '../../../support/trail/built-trail.js';
import { useFolders } from '../../../support/folders.js';
import { anEntry, closeTrails, openTrail } from '../../../support/trail/trails.js';
import { auditIn } from '../../support/trail-home.js';
import { soon } from '../../../support/soon.js';
import { aConfig, ubos } from '../../support/ubos.js';

const folder = useFolders();
afterEach(closeTrails);

describe('ubos audit tail (spec U1)', () => {
  it('shows the newest of all logs, oldest first, and of closed files too', async () => {
    const trail = buildTrail();
    trail.add('proposals', { action_id: 'janus-0123456789ab' });
    trail.rotate('proposals');
    trail.add('tool_use');
    trail.add('proposals');
    const audit = auditIn(folder(), trail);
    const { code, stdout } = await audit('tail -n 4', { columns: 200 });
    expect([code, stdout]).toEqual([
      EXIT.ok,
      [
        '2026-01-01T00:00:02.000Z proposals 1 segment_close: what happened',
        '2026-01-01T00:00:03.000Z proposals 2 segment_open: what happened',
        '2026-01-01T00:00:04.000Z tool_use 0 proposal_created: what happened',
        '2026-01-01T00:00:05.000Z proposals 3 proposal_created: what happened',
        '',
      ].join('\n'),
    ]);
    const first = (await audit('tail --log proposals', { columns: 200 })).stdout.split('\n')[0];
    expect(first).toBe('2026-01-01T00:00:01.000Z proposals 0 proposal_created janus-0123456789ab: what happened');
    expect((await audit('tail -n 0')).stdout).toBe('');
  });

  it('--json: each is a record', async () => {
    const trail = buildTrail();
    trail.add('proposals', { more: 1 });
    const { stdout } = await auditIn(folder(), trail)('tail --json');
    expect(jsonSchemas['record']?.parse(JSON.parse(stdout))).toMatchObject({ record: { seq: 0, more: 1 } });
  });

  it('hostile text is seen, ends no line, and fits into 40 columns', async () => {
    const trail = buildTrail();
    const text = '\u001b[2Jx\r\u202ey\nz';
    trail.add('proposals', { summary: `${text} ${'word '.repeat(100)}`, action_id: text, timestamp: text, event_type: text });
    const { stdout } = await auditIn(folder(), trail)('tail', { columns: 40 });
    expect(stdout).toMatch(/^[^\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]*$/);
    expect(stdout.match(/⟦U\+001B⟧\[2Jx⟦U\+000D⟧⟦U\+202E⟧y⟦U\+000A⟧z/g)).toHaveLength(4);
    const lines = stdout.trimEnd().split('\n');
    // One word of its own may be wider, to be copied.
    expect(lines.filter((line) => line.length > 40 && line.trim().includes(' '))).toEqual([]);
    expect(lines.slice(1).every((line) => line.startsWith('    '))).toBe(true);
    expect(lines.length).toBeLessThan(15);
  });

  it.each([
    { line: 'tail -n many', code: EXIT.usage, stderr: /-n many: a number from 0 to 99999/ },
    { line: 'tail --log agent', code: EXIT.usage, stderr: /--log agent is unknown/ },
    { line: 'tail proposals.jsonl', code: EXIT.usage, stderr: /one word too many/ },
    { line: 'tail', code: EXIT.notFound, stderr: /there is no such log/ },
  ])('ubos audit $line', async ({ line, code, stderr }) => {
    expect(await auditIn(folder(), new Map())(line)).toMatchObject({ code, stdout: '', stderr: expect.stringMatching(stderr) });
  });
});

describe('ubos audit tail -f', () => {
  /** Follows a folder while something happens in it; `shows` resolves when that is on the screen. Then comes Ctrl-C. */
  async function following(home: string, line: string, happens: (shows: (what: RegExp) => Promise<unknown>) => Promise<void>) {
    const ctrlC = new AbortController();
    let screen = '';
    const onOutput = (stdout: string, stderr: string) => void (screen = stdout + stderr);
    const played = ubos(line, { config: aConfig({}, home), signal: ctrlC.signal, onOutput });
    await happens((what) => soon(() => what.test(screen)));
    ctrlC.abort();
    return played;
  }
  const seqsOf = (text: string) =>
    text
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { record: { seq: number } }).record.seq);

  it('goes on over a rotation and the removal of what it has read, shows each record once, and ends by Ctrl-C with 130 (spec L4)', async () => {
    const home = folder();
    const { trail } = openTrail(home);
    await trail.append('proposals', anEntry('a'));
    const { code, stdout, stderr } = await following(home, 'audit tail -f --log proposals --json', async (shows) => {
      await shows(/"seq":0/);
      await trail.append('proposals', anEntry('b'));
      const { closed } = await trail.rotate('proposals', {});
      await trail.append('proposals', anEntry('c'));
      await shows(/"seq":4/);
      rmSync(join(home, String(closed)));
      for (const [index, name] of ['d', 'e'].entries()) {
        await trail.append('proposals', anEntry(name));
        await shows(new RegExp(`"seq":${5 + index}`));
      }
    });
    expect([code, seqsOf(stdout), JSON.parse(stderr)]).toMatchObject([
      EXIT.interrupted,
      [0, 1, 2, 3, 4, 5, 6],
      { error: { code: 'INTERRUPTED' } },
    ]);
  });

  it('waits for a log that is not there yet', async () => {
    const home = folder();
    const { stdout } = await following(home, 'audit tail -f', async (shows) => {
      // It has looked, and found nothing.
      await shows(/Ctrl-C ends it/);
      await openTrail(home).trail.append('tool_use', anEntry('a'));
      await shows(/tool_use 0/);
    });
    expect(stdout.match(/tool_use 0/g)).toHaveLength(1);
  });
});
