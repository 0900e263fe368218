import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { guardStart } from '../../scripts/lib/worker-process.mjs';
import { devServerArgs } from '../../scripts/lib/dev-server.mjs';
import type { Unit } from '../../src/domain/units.js';
import { startHint } from '../../src/domain/units.js';

const deploy = join(import.meta.dirname, '../../deploy/janus');
/** What looks after the others is started for a moment, as root. */
const helpers = ['janus-backup', 'janus-cockpit', 'janus-disabled', 'janus-ports', 'janus-restored'];
const names = readdirSync(join(deploy, 'units'))
  .filter((name) => !helpers.includes(name.replace(/\.\w+$/, '')))
  .sort();
/** The lines of a unit, with those that go on joined. */
const linesOf = (name: string) =>
  readFileSync(join(deploy, 'units', name), 'utf8')
    .replaceAll('\\\n', '')
    .split('\n');
const valuesOf = (name: string, key: string) =>
  linesOf(name).flatMap((line) => (line.startsWith(`${key}=`) ? [line.slice(key.length + 1)] : []));
const nodes = names.filter((name) => name !== 'janus-server.service');

describe('the units of an installed vessel (spec D1)', () => {
  it('have the names that hints say', () => {
    const said = (['server', 'brain', 'hands', 'egress', 'witness', 'guard', 'notifier'] as const satisfies readonly Unit[]).map(
      (unit) => `${startHint(unit).split(' ').at(-1)}.service`,
    );
    expect(names).toEqual([...said].sort());
  });

  it('start the server as npm start does', () => {
    const [start = ''] = valuesOf('janus-server.service', 'ExecStart');
    const [, ...args] = start.split(/\s+/);
    const wanted = devServerArgs({ port: 7_233, uiPort: 8_233, database: '/srv/janus/temporal/temporal.db' });
    // A name may stand before each of several values, or before all of them.
    const words = (all: readonly string[]) => [...all].sort();
    expect(words(args)).toEqual(words(wanted));
  });

  it('start the guard as npm start does: it stays small (spec K1)', () => {
    const [start = ''] = valuesOf('janus-guard.service', 'ExecStart');
    expect(start.split(/\s+/).slice(2)).toEqual([...guardStart.nodeArgs, '@PREFIX@/current/dist/worker/main.js', ...guardStart.args]);
    const environment = Object.entries(guardStart.environment).map(([name, value]) => `${name}=${value}`);
    expect(valuesOf('janus-guard.service', 'Environment')).toEqual(expect.arrayContaining(environment));
  });

  it.each(nodes)('%s tells systemd when it works and that it is alive, by its main process alone (spec K2)', (name) => {
    expect(valuesOf(name, 'Type')).toEqual(['notify']);
    expect(valuesOf(name, 'NotifyAccess')).toEqual(['main']);
    expect(valuesOf(name, 'WatchdogSec')).toEqual(['120']);
    expect(valuesOf(name, 'ExecStart')[0]).toMatch(/^@PREFIX@\/current\/deploy\/janus\/exec-with-notify @PREFIX@\/current\/bin\/node /);
  });

  it.each(names)('%s leaves word of each start again (spec K2)', (name) => {
    const unit = name.replace('.service', '');
    expect(valuesOf(name, 'ExecStartPre')).toContain(`-+@PREFIX@/current/deploy/janus/note-restart ${unit}`);
  });

  it('run each role as an account of its own; the guard as that of the hands, whose processes it ends', () => {
    const accounts = names.map((name) => [name.replace('.service', ''), valuesOf(name, 'User')[0]]);
    expect(Object.fromEntries(accounts)).toEqual({
      janus_agentd: 'janus',
      'janus-server': 'temporal',
      'janus-hands': 'janus-hands',
      'janus-guard': 'janus-hands',
      'janus-egress': 'janus-egress',
      'janus-witness': 'janus-audit',
      'janus-notifier': 'janus-notifier',
    });
  });

  it('close the network to all but egress and the notifier, and new privileges to all', () => {
    for (const name of names) expect({ name, found: valuesOf(name, 'NoNewPrivileges') }).toEqual({ name, found: ['yes'] });
    expect(names.filter((name) => valuesOf(name, 'IPAddressDeny')[0] !== 'any')).toEqual([
      'janus-egress.service',
      'janus-notifier.service',
    ]);
  });
});

describe('the scripts of a server', () => {
  const scripts = [
    'install_agent.sh',
    'uninstall.sh',
    'wait-for-server',
    'ubos',
    'close-ports',
    'stay-down',
    'may-restart',
    'note-restart',
  ];
  it('have nothing that shellcheck would say something about', () => {
    const { status, stdout, error } = spawnSync(
      'shellcheck',
      ['--external-sources', '--check-sourced', ...scripts.map((name) => join(deploy, name))],
      {
        encoding: 'utf8',
        cwd: join(deploy, '../..'),
      },
    );
    if (error !== undefined && process.env['CI'] === undefined)
      return void process.stderr.write('\nSKIPPED: shellcheck is not installed\n');
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
  });

  it.each([
    { args: ['--what'], code: 2, says: 'there is no option --what' },
    { args: ['--prefix', 'here'], code: 2, says: "--prefix needs an absolute path, found 'here'" },
    { args: ['--prefix'], code: 2, says: 'needs an absolute path' },
  ])('refuse $args, in words, before anything is touched', ({ args, code, says }) => {
    for (const script of ['install_agent.sh', 'uninstall.sh']) {
      const { status, stderr } = spawnSync(join(deploy, script), args, { encoding: 'utf8' });
      expect({ status, stderr }).toEqual({ status: code, stderr: expect.stringContaining(says) });
      expect(stderr).toContain('next: ');
    }
  });

  it('name each account and folder of the units', () => {
    const steps = ['lib.sh', 'steps.sh'].map((name) => readFileSync(join(deploy, name), 'utf8')).join('\n');
    const users = new Set(names.flatMap((name) => valuesOf(name, 'User')));
    for (const user of users) expect(steps).toMatch(new RegExp(`accounts=\\(.*\\b${user}\\b`));
    const folders = names.flatMap((name) => valuesOf(name, 'ReadWritePaths').flatMap((line) => line.split(' ')));
    for (const folder of new Set(folders))
      expect(steps).toContain(folder.replace('/srv/janus', '$state').replace('/var/log/janus', '$logs'));
    expect(existsSync(join(deploy, 'sudoers'))).toBe(true);
  });
});
