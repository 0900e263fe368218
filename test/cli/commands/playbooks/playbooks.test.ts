import { readFileSync, writeFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Session } from '../../support/ubos.js';
import { ubos } from '../../support/ubos.js';
import { agent, aHome } from '../../support/key-home.js';
import { printed } from '../../support/printed.js';
import { useFolders } from '../../../support/folders.js';
import { loadFrom } from '../../../support/vessel/configuration.js';
import { aPlaybookDocument } from '../../../support/proposals/playbooks.js';

const folder = useFolders();
const withFile = 'thinking_cycle: { playbook_registry_path: playbooks.json }\n';

describe('ubos playbooks (spec T6, U1)', () => {
  let home: string;
  const write = (...playbooks: unknown[]) => writeFileSync(`${home}/playbooks.json`, JSON.stringify({ playbooks }));
  const run = (line: string, session: Session = {}) =>
    ubos(line, {
      config: loadFrom(home, { agent: `vessel_id: janus-test\nsandbox: { policy_path: policy.json }\n${withFile}` }),
      env: { JANUS_USER: 'ana' },
      ...session,
    });
  const json = async (line: string, name: string) => printed((await run(`${line} --json`)).stdout, name);
  const hashOf = async () => ((await json('playbooks show rotate', 'playbook')) as { playbook_hash: string }).playbook_hash;

  beforeEach(() => {
    home = folder();
    write(aPlaybookDocument(), aPlaybookDocument({ playbook_id: 'broken', trigger_conditions: { disk_usage: '>80' } }));
  });

  it('lists what works and what is disabled, and says of each whether it is approved beforehand', async () => {
    const { stdout } = await run('playbooks list', { columns: 200 });
    expect(stdout).toMatch(/rotate +low +no: nobody has approved it: ubos playbooks approve rotate/);
    expect(stdout).toMatch(/broken +- +disabled, line \d+: "disk_usage" is no metric/);
    expect(await json('playbooks list', 'playbooks')).toMatchObject({
      playbooks: [{ playbook_id: 'rotate', approval: { approved: false, code: 'NOT_APPROVED' } }],
      disabled: [{ playbook_id: 'broken' }],
    });
  });

  it('names line, key and the metric that was meant', async () => {
    write(aPlaybookDocument(), aPlaybookDocument({ playbook_id: 'typo', trigger_conditions: { disk_usage_percnt: '>80' } }));
    const { code, stderr } = await run('playbooks validate');
    expect(code).toBe(2);
    expect(stderr).toMatch(/playbooks\.json:1: playbooks\.1.* did you mean disk_usage_percent\?/);
    write(aPlaybookDocument());
    expect(await run('playbooks validate')).toMatchObject({ code: 0, stdout: expect.stringContaining('1 playbook\n') });
    expect(await json('playbooks validate', 'playbooks-valid')).toMatchObject({ playbooks: 1 });
  });

  it('approves exactly the content that was named, and an edit takes the approval away', async () => {
    const hash = await hashOf();
    expect(await json(`playbooks approve rotate --digest ${hash}`, 'playbook-approved')).toMatchObject({
      playbook_id: 'rotate',
      approval: { approved: true, by: 'ana', signed: false },
    });
    expect((await run('playbooks list', { columns: 200 })).stdout).toMatch(/rotate +low +yes: by ana/);
    const file = `${home}/playbooks.json`;
    writeFileSync(file, readFileSync(file, 'utf8').replace('df -h', 'df -i'));
    expect((await run('playbooks show rotate', { columns: 200 })).stdout).toMatch(/no: edited since ana approved it/);
    expect(await json('playbooks revoke rotate', 'playbook-revoked')).toMatchObject({ was_approved_by: 'ana' });
    expect(readFileSync(file, 'utf8')).not.toContain('approved_');
    expect(readFileSync(file, 'utf8')).toContain('disk_usage');
  });

  it.each([
    ['nobody to ask', 'playbooks approve rotate', 2, 'there is no terminal'],
    ['another content', `playbooks approve rotate --digest ${'0'.repeat(32)}`, 5, 'Nothing done'],
    ['too little of it', 'playbooks approve rotate --digest abcd', 2, 'at least 32 hex digits'],
    ['no such playbook', 'playbooks show rotat', 2, 'did you mean rotate'],
    ['a disabled one', 'playbooks approve broken', 2, '"disk_usage" is no metric; did you mean disk_usage_percent?'],
    ['none named', 'playbooks show', 2, 'which playbook?'],
    ['no metric', 'playbooks test rotate --with disk=9', 2, '"disk" is no metric'],
    ['no number', 'playbooks test rotate --with disk_usage_percent=full', 2, 'is a number, "full" is none'],
  ])('%s: changes nothing', async (_, line, code, why) => {
    const before = readFileSync(`${home}/playbooks.json`, 'utf8');
    const played = await run(line);
    expect([played.code, readFileSync(`${home}/playbooks.json`, 'utf8')]).toEqual([code, before]);
    expect(played.stderr).toContain(why);
  });

  it('shows it on a terminal and takes four letters for it, no other word', async () => {
    const keys = (type: string) => [{ on: 'to approve exactly this', type: `${type}\r` }];
    expect(await run('playbooks approve rotate', { keys: keys('yes') })).toMatchObject({ code: 5 });
    let letters = '';
    const onOutput = (stdout: string) => (letters = /in words is \S+?(\w{4})\./.exec(stdout)?.[1] ?? letters);
    await run('playbooks approve rotate', { keys: keys('no'), onOutput });
    expect(await run('playbooks approve rotate', { keys: keys(letters) })).toMatchObject({ code: 0, untyped: 0 });
  });

  it('tries a trigger with given values, and what the constitution would say', async () => {
    expect(await json('playbooks test rotate --with disk_usage_percent=91', 'playbook-tested')).toMatchObject({
      result: 'match',
      conditions: [{ metric: 'disk_usage_percent', value: 91, result: 'match' }],
      violations: [],
    });
    expect((await run('playbooks test rotate --with disk_usage_percent=80')).stdout).toContain('It would not fire.');
    write(aPlaybookDocument({ trigger_conditions: { relief_degraded: 'true' }, risk_level: 'medium' }));
    const { stdout } = await run('playbooks test rotate', { columns: 200 });
    expect(stdout).toContain('? relief_degraded is unknown (==true)');
    expect(stdout).toContain('the constitution would refuse it: rollback');
  });
});

describe('ubos playbooks approve where there are keys (spec T6, A3)', () => {
  it('takes a signature of somebody who may, and nothing less', async () => {
    const { run, home, at, text } = aHome();
    writeFileSync(at('playbooks.json'), JSON.stringify({ playbooks: [aPlaybookDocument()] }));
    await run('keys init');
    await run('keys add ana');
    const config = loadFrom(home, { agent: `${agent}${withFile}` });
    const as = (by: string, line: string) =>
      ubos(line, { config, env: { XDG_CONFIG_HOME: `${home}/config`, JANUS_USER: by }, cwd: home, columns: 200 });
    const shown = await as('ana', 'playbooks show rotate --json');
    const { playbook_hash: hash } = printed(shown.stdout, 'playbook') as { playbook_hash: string };
    expect(await as('mallory', `playbooks approve rotate --digest ${hash}`)).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('not in any'),
    });
    expect(await as('bob', `playbooks approve rotate --digest ${hash}`)).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('signature'),
    });
    expect(text('playbooks.json')).not.toContain('approved_by');
    expect(await as('ana', `playbooks approve rotate --digest ${hash}`)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('signed'),
    });
    expect((await as('ana', 'playbooks list')).stdout).toMatch(/yes: by ana, .*signed/);
    await as('ana', 'keys revoke ana');
    expect((await as('ana', 'playbooks list')).stdout).toMatch(/no: .*revoked/);
  });
});
