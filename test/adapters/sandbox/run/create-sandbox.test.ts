import { chmodSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { createSandbox } from '../../../../src/adapters/sandbox/run/create-sandbox.js';
import { bwrapArgs } from '../../../../src/adapters/sandbox/profile/profile.js';
import { lookAtSystem } from '../../../../src/adapters/sandbox/profile/system-files.js';
import { currentActionAccount } from '../../../../src/adapters/sandbox/profile/account.js';
import type { SandboxRequest } from '../../../../src/adapters/sandbox/contract/sandbox.js';
import { charterLimits } from '../../../../src/domain/action/limits.js';
import { useFolders } from '../../../support/folders.js';
import { bwrapPath, describeWithBwrap } from '../../../support/sandbox/sandboxes.js';

const folder = useFolders();
let here: string;
const at = (name: string) => join(here, name);
const sandboxOf = (program: string) => createSandbox({ bwrapPath: program, workspacesRoot: at('w'), account: 'janus-no-such-account' });
const { signal } = new AbortController();

/** A program in the place of bwrap that leaves a mark when it is started. */
function standIn(mode: number): string {
  writeFileSync(at('bwrap'), `#!/bin/sh\ntouch ${at('started')}\necho "bubblewrap 0.9.0"\n`);
  chmodSync(at('bwrap'), mode);
  // Writable for the account of the actions, or the mark could not be left.
  chmodSync(here, 0o777);
  return at('bwrap');
}

async function requestFor(change: Partial<SandboxRequest> = {}): Promise<SandboxRequest> {
  const sandbox = sandboxOf(bwrapPath);
  const workspace = await sandbox.prepareWorkspace('janus-0123456789ab');
  const command = { tool: 'true', path: '/usr/bin/true', args: [] };
  const outputPrefix = `${sandbox.outputsOf('janus-0123456789ab')}/x`;
  return { command, workspace, limits: charterLimits, network: [], grants: [], outputPrefix, ...change };
}

beforeEach(() => {
  here = folder();
  chmodSync(here, 0o711);
});

describe('a bwrap that cannot be trusted (spec X1)', () => {
  it.each([
    ['is not there', () => at('none'), 'was not found', 'install bubblewrap'],
    ['is a folder', () => (mkdirSync(at('folder')), at('folder')), 'was not found', 'install bubblewrap'],
    ['is setuid', () => standIn(0o4755), 'is setuid', 'chmod u-s'],
    ['is a link to one that is setuid', () => (standIn(0o4755), symlinkSync('bwrap', at('link')), at('link')), 'is setuid', 'chmod u-s'],
    ['is no program', () => standIn(0o644), 'cannot be started', 'install bubblewrap'],
  ])('when it %s, nothing runs, and people read what to type', async (_, make, what, next) => {
    const sandbox = sandboxOf(make());
    const report = await sandbox.inspect();
    expect(report).toMatchObject({ ok: false, problems: [{ what: expect.stringContaining(what), next: expect.stringContaining(next) }] });
    await expect(sandbox.run(await requestFor(), signal)).rejects.toMatchObject({ code: 'SANDBOX_UNAVAILABLE' });
    expect(existsSync(at('started'))).toBe(false);
  });
});

describeWithBwrap('the tier that policy.json demands (spec X3)', () => {
  const sandbox = () => createSandbox({ bwrapPath, workspacesRoot: at('w'), account: 'janus-no-such-account', tier: 'rlimit' });

  it('starts nothing where the machine offers less, and names both', async () => {
    const command = { tool: 'touch', path: '/usr/bin/touch', args: ['/workspace/mark'] };
    const request = await requestFor({ minimumTier: 'cgroup-v2', command });
    await expect(sandbox().run(request, signal)).rejects.toMatchObject({
      code: 'SANDBOX_UNAVAILABLE',
      message: expect.stringMatching(/demands tier cgroup-v2 .* offers rlimit/),
    });
    expect(existsSync(`${request.workspace}/mark`)).toBe(false);
  });

  it('runs where it is enough, and says what held it', async () => {
    expect(await sandbox().run(await requestFor({ minimumTier: 'rlimit' }), signal)).toMatchObject({ reason: 'exit', tier: 'rlimit' });
    expect(await sandbox().inspect()).toMatchObject({ ok: true, tier: expect.stringMatching(/^rlimit: /) });
  });
});

describeWithBwrap('grants (spec X2)', () => {
  const grant = (path: string, writable = false) => ({ name: path, path, writable });
  beforeEach(() => {
    mkdirSync(at('data/inner'), { recursive: true });
    symlinkSync('data', at('link'));
  });

  it.each([
    ['does not exist', () => [grant(at('none'))], 'does not exist'],
    ['is a link', () => [grant(at('link'))], 'leads through a link'],
    ['leads through a link', () => [grant(at('link/inner'))], 'leads through a link'],
    ['is everything', () => [grant('/')], 'is no whole path'],
    ['is the workspace', () => [grant('/workspace')], 'beneath the workspace'],
    ['lies beneath the workspace', () => [grant('/workspace/x')], 'beneath the workspace'],
    ['lies beneath a writable one', () => [grant(at('data'), true), grant(at('data/inner'))], 'beneath the writable'],
    ['holds one that is named before it', () => [grant(at('data/inner')), grant(at('data'), true)], 'beneath the writable'],
    ['is named twice', () => [grant(at('data'), true), grant(at('data'))], 'beneath the writable'],
    ['climbs', () => [grant(`${at('data')}/../data`)], 'is no whole path'],
    ['is relative', () => [grant('data')], 'is no whole path'],
  ])('one that %s is refused', async (_, grants, why) => {
    const request = await requestFor({ grants: grants() });
    await expect(sandboxOf(bwrapPath).run(request, signal)).rejects.toMatchObject({
      code: 'SANDBOX_UNAVAILABLE',
      message: expect.stringContaining(why),
    });
  });

  it('one beneath another that is read-only works', async () => {
    const request = await requestFor({ grants: [grant(at('data')), grant(at('data/inner'), true)] });
    expect(await sandboxOf(bwrapPath).run(request, signal)).toMatchObject({ reason: 'exit', exitCode: 0 });
  });
});

it('shows the very command line that it runs', async () => {
  const request = await requestFor();
  expect(sandboxOf(bwrapPath).commandLine(request)).toEqual([
    bwrapPath,
    ...bwrapArgs({ ...request, system: lookAtSystem() }, request.command),
  ]);
});

it('knows where a workspace would be, and makes nothing there', () => {
  expect(sandboxOf(bwrapPath).workspaceOf('janus-0123456789ab')).toBe(
    at(`w/uid-${currentActionAccount('janus-no-such-account').uid}/janus-0123456789ab`),
  );
  expect(sandboxOf(bwrapPath).outputsOf('janus-0123456789ab')).toBe(at('w/janus-0123456789ab.output'));
  expect(() => sandboxOf(bwrapPath).workspaceOf('../janus-0123456789ab')).toThrow(TypeError);
  expect(readdirSync(here)).toEqual([]);
});
