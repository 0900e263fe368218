/** Reads what SSH writes as a row of fields (RFC 4251, 5). Throws RangeError where it is cut off. */
export class SshReader {
  private at = 0;
  private readonly bytes: Buffer;
  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }
  get isAtEnd(): boolean {
    return this.at === this.bytes.length;
  }
  take(length: number): Buffer {
    if (this.at + length > this.bytes.length) throw new RangeError('the signature is cut off');
    return this.bytes.subarray(this.at, (this.at += length));
  }
  number(): number {
    return this.take(4).readUInt32BE();
  }
  string(): Buffer {
    return this.take(this.number());
  }
}

/** A field as SSH writes it: its length, then its bytes. */
export function sshString(value: Uint8Array | string): Buffer {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
