import { readdirSync, readlinkSync } from 'node:fs';
import { resolve } from 'node:path';

/**
 * What an action sees of the system besides /usr: files that the distribution ships, that everybody may read, that change only with an upgrade, and
 * where nobody keeps a secret. Programs below /usr lead here by links, or give a false answer without it ("not installed"). Whatever is not
 * named is absent.
 */
export const systemFiles: readonly string[] = [
  // Loader, and what links of /usr/bin choose.
  ...['ld.so.cache', 'ld.so.conf', 'ld.so.conf.d', 'alternatives'],
  // Certificates of public authorities; Red Hat keeps them in pki, with the ciphers that are allowed.
  ...['ssl/certs', 'ssl/openssl.cnf', 'ca-certificates', 'pki/ca-trust/extracted', 'pki/java', 'pki/tls/certs', 'pki/tls/openssl.cnf'],
  'crypto-policies',
  // Names for numbers.
  ...['services', 'protocols', 'rpc', 'netconfig', 'mime.types', 'magic', 'magic.mime', 'xattr.conf'],
  // Which system this is.
  ...['os-release', 'debian_version', 'redhat-release', 'lsb-release', 'shells', 'timezone'],
  // Languages, terminals, pages, fonts.
  ...['locale.alias', 'terminfo', 'inputrc', 'manpath.config', 'man_db.conf', 'groff', 'fonts', 'X11/rgb.txt', 'perl'],
  // Not settings.xml: people put passwords there.
  ...['maven/m2.conf', 'maven/logging'],
].map((name) => `/etc/${name}`);

/** Folders of /etc with a version in their names. */
export const versionedFolders = /^(?:java(?:-\d+)?(?:-openjdk)?|python\d(?:\.\d+)?)$/;

/** Which packages are installed: with /usr to be seen that is no secret, and without it every package manager answers that none is. */
export const packageLists: readonly string[] = ['/var/lib/dpkg', '/var/lib/rpm', '/var/lib/pacman/local'];

/** What differs from machine to machine, and therefore is no part of the profile's name. */
export interface HostSystem {
  /** Names in /etc that `versionedFolders` fits. */
  readonly versioned: readonly string[];
  /** Where /etc/localtime leads, when that is a zone of the system: the name of a time zone is the target of this link. */
  readonly zone?: string | undefined;
}

const zones = '/usr/share/zoneinfo/';

function zoneOf(localtime: string): string | undefined {
  try {
    const target = resolve('/etc', readlinkSync(localtime));
    return target.startsWith(zones) ? target : undefined;
  } catch {
    // A file, or nothing: then it is shown as it is.
    return undefined;
  }
}

/** Looks at the machine; takes a fraction of a millisecond. */
export function lookAtSystem(): HostSystem {
  return { versioned: readdirSync('/etc').filter((name) => versionedFolders.test(name)), zone: zoneOf('/etc/localtime') };
}

/** Mounts and links, for an empty /etc. */
export function systemMounts({ versioned, zone }: HostSystem): string[] {
  const shown = [...systemFiles, ...versioned.map((name) => `/etc/${name}`), ...packageLists];
  return [
    ...shown.flatMap((file) => ['--ro-bind-try', file, file]),
    ...(zone === undefined ? ['--ro-bind-try', '/etc/localtime', '/etc/localtime'] : ['--symlink', zone, '/etc/localtime']),
    ...['--symlink', '../proc/self/mounts', '/etc/mtab'],
  ];
}
