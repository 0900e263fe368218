import { describe, expect, it } from '@jest/globals';
import {
  lookAtSystem,
  packageLists,
  systemFiles,
  systemMounts,
  versionedFolders,
} from '../../../../src/adapters/sandbox/profile/system-files.js';

/** Names below which people and services keep secrets, or that tell one machine from another. */
const secret =
  /shadow|sudoers|ssh|machine-id|private|apt|npmrc|pip|netrc|krb5|kerberos|environment|fstab|crypttab|settings|gitconfig|NetworkManager|wireguard|resolv/;

describe('what an action sees of /etc (spec X2)', () => {
  it('is a list of names, none of which holds secrets, and never a whole folder of them', () => {
    expect(systemFiles.filter((file) => secret.test(file))).toEqual([]);
    for (const whole of ['/etc', '/etc/ssl', '/etc/pki', '/etc/pki/tls', '/etc/X11', '/etc/maven'])
      expect(systemFiles).not.toContain(whole);
    expect(
      [...systemFiles, ...packageLists].filter((file) => !/^\/(etc|var\/lib)\/[\w.][\w./-]*$/.test(file) || file.includes('..')),
    ).toEqual([]);
  });

  it.each(['java', 'java-17-openjdk', 'java-25-openjdk', 'python3', 'python3.11'])('%s is a folder with a version', (name) =>
    expect(versionedFolders.test(name)).toBe(true),
  );

  it.each(['', 'javascript', 'java-17-openjdk/../shadow', 'java-keys', 'python3-secrets', 'python3.11.bak', 'xpython3', 'python', '.java'])(
    '%j is none',
    (name) => expect(versionedFolders.test(name)).toBe(false),
  );

  it('names the time zone by a link, and shows the file where there is no link to a zone', () => {
    const linked = systemMounts({ versioned: [], zone: '/usr/share/zoneinfo/Europe/Berlin' }).join(' ');
    expect(linked).toContain('--symlink /usr/share/zoneinfo/Europe/Berlin /etc/localtime');
    expect(linked).not.toContain('bind-try /etc/localtime');
    expect(systemMounts({ versioned: [] }).join(' ')).toContain('--ro-bind-try /etc/localtime /etc/localtime');
  });

  it('is looked at anew: what this machine has', () => {
    const { versioned, zone } = lookAtSystem();
    for (const name of versioned) expect(versionedFolders.test(name)).toBe(true);
    expect(zone ?? '/usr/share/zoneinfo/').toMatch(/^\/usr\/share\/zoneinfo\//);
  });
});
