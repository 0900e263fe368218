/** Headers that concern one connection only (RFC 9110 7.6.1), and those that a proxy of old added. */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authentication-info',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Pairs of a raw header list, without those that end here: the fixed ones, and those that `Connection` names. */
export function endToEnd(raw: readonly string[]): [string, string][] {
  const pairs = raw.flatMap((name, index): [string, string][] => (index % 2 === 0 ? [[name, raw[index + 1] ?? '']] : []));
  const named = pairs.filter(([name]) => name.toLowerCase() === 'connection').flatMap(([, value]) => value.toLowerCase().split(','));
  const dropped = new Set([...hopByHop, ...named.map((each) => each.trim())]);
  // The length is part of the message, whatever `Connection` says of it.
  dropped.delete('content-length');
  return pairs.filter(([name]) => !dropped.has(name.toLowerCase()));
}

/**
 * What goes to the other side: its own name as Host, whatever the client said; the length of the body exactly as our parser understood it, so
 * that both sides agree where a request ends (request smuggling, RFC 9112 11.2).
 */
export function requestHeaders(raw: readonly string[], host: string, isChunked: boolean): string[] {
  const kept = endToEnd(raw).filter(([name]) => name.toLowerCase() !== 'host' && !(isChunked && name.toLowerCase() === 'content-length'));
  return [['Host', host], ...kept, ['Connection', 'close'], ...(isChunked ? [['Transfer-Encoding', 'chunked']] : [])].flat();
}
