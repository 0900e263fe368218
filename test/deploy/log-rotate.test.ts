import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { useFolders } from '../support/folders.js';

const folder = useFolders();
const shipped = readFileSync('deploy/etc/logrotate', 'utf8');
const agent = parse(readFileSync('deploy/etc/agent.yaml', 'utf8')) as { logging: Record<string, string> };
const day = 86_400_000;

describe('rotation of the agent log', () => {
  it('names the agent log of a server, and no file of the audit trail', () => {
    const named = [...shipped.matchAll(/^(\/\S+) \{$/gm)].map(([, file]) => file);
    expect(named).toEqual([agent.logging['agent_log']]);
  });

  it('is weekly, keeps a year, and compresses', () => {
    const says = shipped.split('\n').map((line) => line.trim());
    expect(['weekly', 'rotate 52', 'compress', 'create 0660 janus janus-log'].filter((line) => !says.includes(line))).toEqual([]);
  });
});

const isThere = spawnSync('logrotate', ['--version']).error === undefined;
if (!isThere) process.stderr.write('\nSKIPPED: logrotate is not installed\n');
const withLogrotate = isThere || process.env['CI'] !== undefined ? describe : describe.skip;

withLogrotate('logrotate with that file', () => {
  /** As on a server, but for the accounts; `ago` says when it last rotated. */
  function server(ago: number) {
    const home = folder();
    const log = join(home, 'agent.log');
    const config = join(home, 'conf');
    const own = shipped
      .replace('/var/log/janus/', `${home}/`)
      .replace(/^ *su .*$/m, '')
      .replace(/create .*/, 'create 0660');
    writeFileSync(config, own, { mode: 0o644 });
    writeFileSync(log, 'this week\n');
    const then = new Date(Date.now() - ago * day);
    const at = `${then.getFullYear()}-${then.getMonth() + 1}-${then.getDate()}-0:0:0`;
    writeFileSync(join(home, 'state'), `logrotate state -- version 2\n"${log}" ${at}\n`, { mode: 0o600 });
    return {
      home,
      log,
      run: () => execFileSync('logrotate', ['--state', join(home, 'state'), config], { stdio: 'pipe' }),
      logs: () =>
        readdirSync(home)
          .filter((name) => name.startsWith('agent.log'))
          .sort(),
    };
  }

  it('leaves it alone within the week', () => {
    const { run, logs, log } = server(2);
    run();
    expect([logs(), readFileSync(log, 'utf8')]).toEqual([['agent.log'], 'this week\n']);
  });

  it('sets it aside after a week, uncompressed as long as somebody may still write there, and compresses the one before', () => {
    const { run, logs, log, home } = server(8);
    writeFileSync(join(home, 'agent.log-20200105'), 'a week of long ago\n');
    run();
    const [now, older, last] = logs();
    expect([now, older]).toEqual(['agent.log', 'agent.log-20200105.gz']);
    expect(readFileSync(log, 'utf8')).toBe('');
    expect(readFileSync(join(home, last as string), 'utf8')).toBe('this week\n');
    expect(String(gunzipSync(readFileSync(join(home, 'agent.log-20200105.gz'))))).toBe('a week of long ago\n');
  });

  it('keeps 52 of them, and the oldest go', () => {
    const { run, logs, home } = server(8);
    for (let week = 1; week <= 53; week += 1) {
      const then = new Date(Date.UTC(2020, 0, 5) + week * 7 * day);
      const file = join(home, `agent.log-${then.toISOString().slice(0, 10).replaceAll('-', '')}.gz`);
      writeFileSync(file, '');
      utimesSync(file, then, then);
    }
    run();
    expect(logs().length).toBe(1 + 52);
    expect(logs()).not.toContain('agent.log-20200112.gz');
    expect(logs()).not.toContain('agent.log-20200119.gz');
  });
});
