import type { DenyCode } from '../../domain/action/denials.js';

/** What the beginning of a TLS connection says; `more` where it is not complete yet. */
export type Hello =
  { readonly kind: 'more' } | { readonly kind: 'name'; readonly name: string } | { readonly kind: 'denied'; readonly code: DenyCode };

/** A record holds at most 2^14 bytes (RFC 8446 5.1), after five of its own. */
export const helloBytesMax = 16_384 + 5;

const more: Hello = { kind: 'more' };
const denied = (code: DenyCode): Hello => ({ kind: 'denied', code });

class Ended extends Error {}

/** Reads numbers and vectors and throws where the bytes end. */
class Cursor {
  readonly bytes: Buffer;
  at = 0;
  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }
  get isAtEnd(): boolean {
    return this.at >= this.bytes.length;
  }
  number(size: 1 | 2 | 3): number {
    if (this.at + size > this.bytes.length) throw new Ended();
    this.at += size;
    return this.bytes.readUIntBE(this.at - size, size);
  }
  take(length: number): Buffer {
    if (this.at + length > this.bytes.length) throw new Ended();
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }
  vector(size: 1 | 2 | 3): Cursor {
    return new Cursor(this.take(this.number(size)));
  }
}

const serverNameExtension = 0;
const encryptedHelloExtension = 0xfe0d;

function readExtensions(extensions: Cursor): Hello {
  let name: string | undefined;
  while (!extensions.isAtEnd) {
    const type = extensions.number(2);
    const body = extensions.vector(2);
    // The name inside is not the name outside (RFC 9849): nobody could tell where it leads.
    if (type === encryptedHelloExtension) return denied('tls-ech');
    if (type !== serverNameExtension) continue;
    const list = body.vector(2);
    const isHostType = list.number(1) === 0;
    const host = list.vector(2).bytes;
    // One name, of the one type that exists (RFC 6066 3); a second extension or entry is another reader's chance to differ.
    if (!isHostType || !list.isAtEnd || !body.isAtEnd || name !== undefined) return denied('no-tls');
    name = host.toString('latin1');
  }
  return name === undefined ? denied('no-sni') : { kind: 'name', name };
}

function readHandshake(handshake: Cursor): Hello {
  if (handshake.number(1) !== 1) return denied('no-tls');
  const length = handshake.number(3);
  if (length > handshake.bytes.length - handshake.at) return denied('tls-fragmented');
  const hello = new Cursor(handshake.take(length));
  if (!handshake.isAtEnd) return denied('no-tls');
  hello.take(2 + 32); // version, random
  hello.vector(1); // session
  hello.vector(2); // cipher suites
  hello.vector(1); // compression
  if (hello.isAtEnd) return denied('no-sni');
  const extensions = hello.vector(2);
  return hello.isAtEnd ? readExtensions(extensions) : denied('no-tls');
}

/** Reads the server name of a ClientHello (RFC 8446 4.1.2) that lies whole in one record. Total: every input has an answer. */
export function readServerName(bytes: Buffer): Hello {
  if (bytes.length > 0 && bytes[0] !== 22) return denied('no-tls');
  if (bytes.length > 1 && bytes[1] !== 3) return denied('no-tls');
  if (bytes.length < 5) return more;
  const length = bytes.readUInt16BE(3);
  if (length < 4 || length > helloBytesMax - 5) return denied('no-tls');
  if (bytes.length < 5 + length) return more;
  try {
    return readHandshake(new Cursor(bytes.subarray(5, 5 + length)));
  } catch (error) {
    if (error instanceof Ended) return denied('no-tls');
    throw error;
  }
}
