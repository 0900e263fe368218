import { isHostName } from '../../domain/text/domain-name.js';
import type { DenyCode } from '../../domain/action/denials.js';

export interface Target {
  readonly host: string;
  readonly port: number;
}

export type Checked<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly code: DenyCode };

/** 253 characters of a name, its dot, a colon, a port. */
const authorityLengthMax = 260;

const deny = (code: DenyCode) => ({ ok: false, code }) as const;

/**
 * `host[:port]` and nothing else, character by character: what another parser might read differently is refused, never repaired. A NUL once
 * passed a suffix check and was cut off by the resolver behind it; user-info, brackets, escapes and tabs have each done the same elsewhere.
 */
export function parseAuthority(text: string, defaultPort: number | undefined): Checked<Target> {
  if (text.length > authorityLengthMax) return deny('oversize');
  if (text.includes('@')) return deny('user-info');
  if (text.startsWith('[')) return deny('ip-literal');
  const match = /^([A-Za-z0-9.-]+)(?::([1-9][0-9]{0,4}))?$/.exec(text);
  if (match === null) return deny(/^[0-9a-fA-F:.]*:[0-9a-fA-F:.]*:[0-9a-fA-F:.]*$/.test(text) ? 'ip-literal' : 'malformed');
  const [, written = '', digits] = match;
  const port = digits === undefined ? defaultPort : Number(digits);
  if (port === undefined || port > 65_535) return deny('malformed');
  const lower = written.toLowerCase();
  // One trailing dot names the same host (RFC 3986 3.2.2); two name nothing.
  const host = lower.endsWith('.') ? lower.slice(0, -1) : lower;
  if (/(?:^|\.)(?:\d+|0x[0-9a-f]*)$/.test(host)) return deny('ip-literal');
  if (!host.includes('.')) return deny('single-label');
  return isHostName(host) ? { ok: true, value: { host, port } } : deny('malformed');
}

/**
 * The host in whatever was refused, for the record: of a URL neither user, path nor query, where secrets are. What it is worth nobody has
 * checked. Empty where there is none.
 */
export function askedHost(text: string): string {
  const authority = /^(?:[A-Za-z][A-Za-z0-9+.-]*:)?\/\/([^/?#]*)/.exec(text)?.[1] ?? /^[^/?#]*/.exec(text)?.[0] ?? '';
  return authority.slice(authority.lastIndexOf('@') + 1).replace(/:[0-9]*$/, '');
}

export interface PlainUrl extends Target {
  /** What is asked of the other side: origin-form, as it was written. */
  readonly path: string;
}

/** The absolute form that a client sends to a proxy (RFC 9112 3.2.2), http only: https comes as CONNECT. */
export function parsePlainUrl(text: string): Checked<PlainUrl> {
  if (text.startsWith('/') || text === '*') return deny('not-for-a-proxy');
  const match = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/([^/?]*)((?:[/?].*)?)$/.exec(text);
  if (match === null) return deny('malformed');
  const [, scheme = '', authority = '', rest = ''] = match;
  if (scheme.toLowerCase() !== 'http') return deny('scheme');
  const target = parseAuthority(authority, 80);
  if (!target.ok) return target;
  if (!/^[!-~]*$/.test(rest) || rest.includes('#')) return deny('malformed');
  return { ok: true, value: { ...target.value, path: rest.startsWith('/') ? rest : `/${rest}` } };
}
