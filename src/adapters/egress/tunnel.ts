import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream';
import { helloBytesMax, readServerName } from './client-hello.js';
import { askedHost } from './authority.js';
import { connectTo } from './connect.js';
import type { ProxyContext } from './context.js';
import type { DenyCode } from '../../domain/action/denials.js';
import { denyReply } from './deny.js';
import { isSameHost, checkConnect } from './rules.js';
import type { Attempt } from './usage.js';

/** TLS alert, fatal, unrecognized_name (RFC 6066 3): after the 200 nothing else can be said. */
const unrecognizedName = Buffer.from([0x15, 3, 3, 0, 2, 2, 112]);

/** Gathers the hello; what was read is given back, to be sent on as it came. */
function readHello(
  client: Duplex,
  head: Buffer,
  milliseconds: number,
): Promise<{ readonly bytes: Buffer; readonly name?: string; readonly code?: DenyCode }> {
  return new Promise((resolve) => {
    let bytes: Buffer = head;
    const end = (found: { readonly name?: string; readonly code?: DenyCode }) => {
      clearTimeout(timer);
      client.off('data', take).off('end', gone).off('close', gone);
      client.pause();
      resolve({ bytes, ...found });
    };
    const look = () => {
      const hello = readServerName(bytes);
      if (hello.kind === 'name') end({ name: hello.name });
      else if (hello.kind === 'denied') end({ code: hello.code });
      else if (bytes.length > helloBytesMax) end({ code: 'no-tls' });
    };
    const take = (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      look();
    };
    const gone = () => end({ code: 'no-tls' });
    const timer = setTimeout(() => end({ code: 'hello-timeout' }), milliseconds);
    client.on('data', take).on('end', gone).on('close', gone);
    look();
    client.resume();
  });
}

function relay(client: Duplex, upstream: Socket, attempt: Attempt, { usage, times }: ProxyContext): void {
  // Two pipelines and the two ends of each listen to both.
  for (const each of [client, upstream]) each.setMaxListeners(30);
  upstream.setTimeout(times.idleMs, () => upstream.destroy());
  const total = setTimeout(() => upstream.destroy(), times.totalMs);
  upstream.once('close', () => {
    clearTimeout(total);
    attempt.end();
    client.destroy();
  });
  client.once('close', () => upstream.destroy());
  const done = (error: Error | null | undefined) => {
    if (error) upstream.destroy();
  };
  pipeline(client, usage.counting(), upstream, done);
  pipeline(upstream, usage.counting(), client, done);
}

/** CONNECT: checked by its authority, dialled, and then by the name in the TLS hello. Only then does a byte of the client's leave. */
export async function openTunnel(context: ProxyContext, authority: string, client: Duplex, head: Buffer): Promise<void> {
  const { domains, usage, admit, times, signal } = context;
  client.on('error', () => client.destroy());
  const checked = checkConnect(authority, domains);
  const attempt = checked.ok ? usage.attempt(checked.value.host, checked.value.port) : usage.attempt(askedHost(authority), 443);
  const refuse = (code: DenyCode, reply: string | Buffer, ip?: string) => {
    attempt.deny(code, ip);
    client.end(reply);
    setTimeout(() => client.destroy(), 1_000).unref();
  };
  if (!checked.ok) return refuse(checked.code, denyReply(checked.code));
  const retrySeconds = admit();
  if (retrySeconds !== undefined) return refuse('rate', denyReply('rate', retrySeconds));
  const connected = await connectTo(checked.value, context);
  if (!connected.ok) return refuse(connected.code, denyReply(connected.code), connected.ip);
  const upstream = connected.socket;
  if (client.destroyed || signal.aborted) {
    upstream.destroy();
    attempt.allow(connected.ip, upstream);
    return attempt.end();
  }
  client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
  const { bytes, name, code } = await readHello(client, head, times.headerMs);
  if (name === undefined || !isSameHost(name, checked.value.host)) {
    upstream.destroy();
    return refuse(code ?? 'sni-mismatch', unrecognizedName, connected.ip);
  }
  attempt.allow(connected.ip, upstream);
  // Gone while the hello was awaited: its `close` has been, and would not end the attempt.
  if (upstream.destroyed) {
    attempt.end();
    return void client.destroy();
  }
  client.unshift(bytes);
  relay(client, upstream, attempt, context);
}
