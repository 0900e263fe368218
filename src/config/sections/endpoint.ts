import { join } from 'node:path';
import { matchesDomain } from '../../domain/text/domain-name.js';

/** Where relative paths and credentials are looked for. */
export interface Surroundings {
  readonly at: (path: string) => string;
  /** Folder of systemd's credentials, where there is one. */
  readonly credentials: string | undefined;
}

/** The file of a key, however it is named; undefined where none is. */
export function keyFileOf(
  { file, credential }: { readonly file?: string | undefined; readonly credential?: string | undefined },
  { at, credentials }: Surroundings,
): string | undefined {
  return file === undefined ? credential && join(credentials ?? '/run/credentials', credential) : at(file);
}

/** What no name server can send elsewhere; `localhost` is dialled as 127.0.0.1. */
export const isLoopback = (host: string) => host === 'localhost' || host === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(host);

/** Why a host beyond this machine is not asked: the allowlist has to name it. */
export const unlisted =
  (allowedDomains: readonly string[]) =>
  (host: string): string | undefined =>
    allowedDomains.some((allowed) => matchesDomain(host, allowed)) ? undefined : `security.network.allowed_domains has to name ${host}`;

/** Why an address could never be asked as it is written; `isAllowed` says so of a host beyond this machine, or why not. */
export function addressObjection(address: string, notAllowed: (host: string) => string | undefined): string | undefined {
  const url = new URL(address);
  if (url.username !== '' || url.password !== '') return 'an address without a name or password in it: keys lie in files';
  if (url.search !== '' || url.hash !== '') return 'an address without "?" and "#"';
  if (isLoopback(url.hostname)) return undefined;
  if (url.protocol !== 'https:' || url.port !== '') return 'beyond this machine only https:// on its own port is asked';
  return notAllowed(url.hostname);
}
