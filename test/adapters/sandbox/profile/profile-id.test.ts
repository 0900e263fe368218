import { describe, expect, it } from '@jest/globals';
import { currentActionAccount } from '../../../../src/adapters/sandbox/profile/account.js';
import { generatedFiles } from '../../../../src/adapters/sandbox/profile/identity.js';
import { bwrapArgs, firstDataDescriptor, profileData, sandboxProfileId } from '../../../../src/adapters/sandbox/profile/profile.js';
import { seccompFilter } from '../../../../src/adapters/sandbox/seccomp/filter.js';
import { charterLimits } from '../../../../src/domain/action/limits.js';
import { parse } from '../../../support/sandbox/bwrap-options.js';

describe('sandboxProfileId', () => {
  it('is stable, and the same for every action', () => {
    expect(sandboxProfileId()).toMatch(/^janus-sandbox@1:[0-9a-f]{16}$/);
    expect(sandboxProfileId()).toBe(sandboxProfileId());
  });

  it('is another one for another filter, so an approval never covers it (spec P5)', () => {
    expect(new Set(['x64', 'arm64', 'ia32'].map(sandboxProfileId)).size).toBe(3);
  });

  it('brings its data in the order of the descriptors', async () => {
    const { parsed } = parse(bwrapArgs({ workspace: '/w', limits: charterLimits, grants: [] }, { path: '/usr/bin/true', args: [] }));
    const read = parsed.filter(({ name }) => name === '--ro-bind-data' || name === '--seccomp').map(({ values }) => Number(values[0]));
    const data = await profileData([], currentActionAccount('janus-no-such-account'));
    expect(read).toEqual(data.map((_, index) => firstDataDescriptor + index));
    expect(data.at(-1)).toEqual(seccompFilter());
  });

  it('names no account of the host, and only this one has a shell', () => {
    const files = Object.fromEntries(generatedFiles);
    expect(Object.keys(files)).toEqual(['/etc/passwd', '/etc/group', '/etc/hosts', '/etc/hostname', '/etc/nsswitch.conf']);
    const passwd = files['/etc/passwd']!.trim()
      .split('\n')
      .map((line) => line.split(':'));
    for (const fields of passwd) expect(fields).toHaveLength(7);
    expect(passwd.filter(([, , uid]) => Number(uid) >= 100).map(([name]) => name)).toEqual(['nobody', 'janus']);
    expect(passwd.filter((fields) => !fields[6]!.endsWith('/nologin')).map(([name]) => name)).toEqual(['janus']);
  });
});
