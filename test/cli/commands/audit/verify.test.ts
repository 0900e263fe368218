import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { EXIT, exitCodeOf } from '../../../../src/cli/exit-codes.js';
import { asUnreadable } from '../../../../src/cli/commands/audit/trail-options.js';
import type { JanusError } from '../../../../src/domain/errors.js';
import { buildTrail, makeKeys, writeFiles } from '../../../support/trail/built-trail.js';
import { useFolders } from '../../../support/folders.js';
import { aTrail, auditIn } from '../../support/trail-home.js';
import { aConfig } from '../../support/ubos.js';

const folder = useFolders();

describe('ubos audit verify says what it compared (spec L3)', () => {
  it('of a sound trail: range, heads and their place, and what no head covers yet', async () => {
    const home = folder();
    const trail = aTrail();
    trail.add('proposals');
    const { code, stdout } = await auditIn(home, trail)('verify', { columns: 200 });
    expect([code, stdout]).toEqual([
      EXIT.ok,
      [
        '- mission_log: there is none',
        '✓ tool_use: records 0 to 0 in 1 file, one unbroken chain',
        `  1 head of ${home}/heads agrees`,
        '  the newest, of 2026-01-01T00:00:14.000Z, covers 1 record',
        '✓ proposals: records 0 to 13 in 2 files, one unbroken chain',
        `  1 head of ${home}/heads agrees`,
        '  the newest, of 2026-01-01T00:00:14.000Z, covers 13 records; 1 newer',
        '',
      ].join('\n'),
    ]);
  });

  it('that the user who owns the log owns the key of the heads', async () => {
    const home = folder();
    const audit = auditIn(home, aTrail());
    const sameUser = async () => {
      const verdict = JSON.parse((await audit('verify --json')).stdout) as { same_user: unknown };
      return verdict.same_user;
    };
    expect(await sameUser()).toBeNull();
    writeFileSync(join(home, 'heads.key'), 'a key');
    expect(await sameUser()).toBe(true);
    expect((await audit('verify')).stdout.replaceAll(/\s+/g, ' ')).toContain('the same user owns the key of the heads and the log');
  });

  it('the second place: it finds a log that was replaced together with its heads', async () => {
    const [home, second] = [folder(), folder()];
    const keys = makeKeys();
    const audit = auditIn(home, aTrail(keys), {
      audit: { ...aConfig().audit, heads: { intervalSeconds: 300, keyPath: join(home, 'heads.key'), secondPlace: second } },
    });
    const missing = await audit('verify', { columns: 200 });
    expect([missing.code, missing.stdout]).toEqual([
      EXIT.ok,
      expect.stringContaining(`· second place ${second}: not compared, there is no head`),
    ]);
    const copies = [...aTrail(keys).files()].filter(([name]) => name.startsWith('heads/'));
    for (const [name, bytes] of copies) writeFileSync(join(second, name.slice('heads/'.length)), bytes);
    const compared = await audit('verify', { columns: 200 });
    expect([compared.code, compared.stdout]).toEqual([EXIT.ok, expect.stringContaining(`  1 head of ${second} agrees\n`)]);
    writeFiles(home, aTrail(keys, 'other').files());
    const found = await audit('verify', { columns: 400 });
    expect([found.code, found.stdout]).toEqual([EXIT.failure, expect.stringContaining('head_mismatch')]);
  });

  it('--against: heads that were kept elsewhere, several files of them', async () => {
    const home = folder();
    const keys = makeKeys();
    const kept = aTrail(keys).files();
    mkdirSync(join(home, 'kept'));
    writeFileSync(join(home, 'kept/a.head'), kept.get('heads/proposals.head')!);
    writeFileSync(join(home, 'kept/b.jsonl'), kept.get('heads/tool_use.heads.jsonl')!);
    const line = 'verify --against kept/a.head --against kept/b.jsonl';
    const sound = await auditIn(home, kept)(line, { columns: 200 });
    expect(sound.code).toBe(EXIT.ok);
    expect(sound.stdout).toMatch(
      /tool_use: (.*\n){2} {2}1 head of kept\/b.jsonl agrees\n(.*\n)*.*proposals: (.*\n){2} {2}1 head of kept\/a.head agrees/,
    );
    const audit = auditIn(home, aTrail(keys, 'other'));
    expect((await audit('verify')).code).toBe(EXIT.ok);
    expect(await audit(line, { columns: 400 })).toMatchObject({ code: EXIT.failure, stdout: expect.stringContaining('head_mismatch') });
  });

  it('--key: heads of another key are refused, though heads.pub lies beside them', async () => {
    const home = folder();
    const keys = makeKeys();
    const audit = auditIn(home, aTrail(keys));
    writeFileSync(join(home, 'kept.pub'), aTrail(keys).files().get('heads/heads.pub')!);
    expect((await audit('verify --key kept.pub')).code).toBe(EXIT.ok);
    writeFileSync(join(home, 'other.pub'), aTrail().files().get('heads/heads.pub')!);
    expect(await audit('verify --key other.pub')).toMatchObject({ code: EXIT.failure, stdout: expect.stringContaining('head_invalid') });
  });

  it('--full compares the whole history of heads', async () => {
    const trail = aTrail();
    trail.add('proposals');
    trail.head('proposals');
    const audit = auditIn(folder(), trail);
    const compared = async (line: string) => {
      const { logs, full } = JSON.parse((await audit(line)).stdout) as {
        full: boolean;
        logs: { log: string; places: { heads: number }[] }[];
      };
      return [full, logs.find(({ log }) => log === 'proposals')?.places.map(({ heads }) => heads)];
    };
    expect(await compared('verify --json')).toEqual([false, [1]]);
    expect(await compared('verify --full --json')).toEqual([true, [2]]);
  });
});

describe('ubos audit verify refuses to guess (spec L3)', () => {
  it.each([
    { line: 'verify --log agent', code: EXIT.usage, stderr: /--log agent is unknown: one of mission_log, tool_use, proposals/ },
    { line: 'verify proposals.jsonl', code: EXIT.usage, stderr: /"proposals.jsonl" is one word too many/ },
    { line: 'verify --against nothing.head', code: EXIT.usage, stderr: /nothing.head cannot be read: no such file/ },
    { line: 'verify --against proposals.jsonl', code: EXIT.usage, stderr: /proposals.jsonl holds no head/ },
    { line: 'verify --log proposals --against heads/tool_use.head', code: EXIT.usage, stderr: /is about tool_use, and only proposals/ },
    { line: 'verify --key proposals.jsonl', code: EXIT.usage, stderr: /proposals.jsonl is no key of heads/ },
    { line: 'verify --log mission_log', code: EXIT.notFound, stderr: /there is no such log/ },
  ])('ubos audit $line', async ({ line, code, stderr }) => {
    expect(await auditIn(folder(), aTrail())(line)).toMatchObject({ code, stdout: '', stderr: expect.stringMatching(stderr) });
  });

  it('--against without a public key', async () => {
    const files = aTrail().files();
    files.delete('heads/heads.pub');
    const line = 'verify --against heads/proposals.head';
    const said = /there is no public key to check heads\/proposals.head with\n {2}→ --key heads.pub/;
    expect(await auditIn(folder(), files)(line)).toMatchObject({ code: EXIT.usage, stderr: expect.stringMatching(said) });
  });

  it('no trail at all, and one that cannot be read', async () => {
    expect(await auditIn(folder(), new Map())('verify')).toMatchObject({ code: EXIT.notFound, stdout: '' });
    const home = folder();
    mkdirSync(join(home, 'proposals.jsonl'));
    const unreadable = await auditIn(home, new Map())('verify --json');
    expect([unreadable.code, unreadable.stdout]).toEqual([EXIT.failure, '']);
    expect(JSON.parse(unreadable.stderr)).toMatchObject({ error: { code: 'AUDIT_UNAVAILABLE' } });
    // As root nothing is forbidden: the answer of the kernel to anybody else.
    const forbidden = asUnreadable(Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' }));
    expect(forbidden).toMatchObject({ code: 'NOT_PERMITTED', next: expect.stringContaining('sudo -u janus') });
    expect(exitCodeOf((forbidden as JanusError).code)).toBe(EXIT.notPermitted);
  });
});

describe('ubos audit verify on a terminal', () => {
  it('shows what is hostile in a record, and keeps its own colours', async () => {
    const trail = buildTrail();
    trail.add('proposals', { timestamp: '\u001b[2J\u202e' });
    trail.add('proposals', { timestamp: '\u001b[1;31m' });
    const { stdout } = await auditIn(folder(), trail)('verify', { tty: 'stdout', columns: 40 });
    expect(stdout).toContain('\u001b[32m✓\u001b[39m proposals');
    expect(stdout.replaceAll(/\u001b\[\d+m/g, '')).not.toContain('\u001b');
    expect(stdout).toContain('⟦U+001B⟧[1;31m');
    expect(stdout).toContain('⟦U+202E⟧');
  });
});
