import { matchesDomain } from '../../domain/text/domain-name.js';
import type { Checked, PlainUrl, Target } from './authority.js';
import { parseAuthority, parsePlainUrl } from './authority.js';
import type { DenyCode } from '../../domain/action/denials.js';

const methods = new Set(['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE']);

const deny = (code: DenyCode) => ({ ok: false, code }) as const;

function withinDomains<T extends Target>(target: T, port: number, domains: readonly string[]): Checked<T> {
  if (!domains.some((allowed) => matchesDomain(target.host, allowed))) return deny('domain');
  return target.port === port ? { ok: true, value: target } : deny('port');
}

/** A tunnel: TLS on port 443 to an approved domain. On port 80 nobody could check the requests inside. */
export function checkConnect(authority: string, domains: readonly string[]): Checked<Target> {
  const parsed = parseAuthority(authority, undefined);
  return parsed.ok ? withinDomains(parsed.value, 443, domains) : parsed;
}

/** One plain request: asked anew for each on a connection that stays open. */
export function checkRequest(method: string, url: string, domains: readonly string[]): Checked<PlainUrl> {
  const parsed = parsePlainUrl(url);
  if (!parsed.ok) return parsed;
  const within = withinDomains(parsed.value, 80, domains);
  if (!within.ok) return within;
  return methods.has(method) ? within : deny('method');
}

/** The server name of the hello against the host of CONNECT; a trailing dot is not allowed there (RFC 6066 3). */
export function isSameHost(serverName: string, host: string): boolean {
  return serverName.toLowerCase() === host;
}
