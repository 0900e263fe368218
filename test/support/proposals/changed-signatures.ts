import fc from 'fast-check';
import { SshReader, sshString } from '../../../src/adapters/signatures/ssh-wire.js';

/* A signature taken apart, and ways to put it together again that nobody meant. */

export const blobOf = (signature: string) => Buffer.from(signature.replaceAll(/-----[A-Z ]+-----|\s/g, ''), 'base64');
export const armour = (blob: Buffer, width = 70) =>
  `-----BEGIN SSH SIGNATURE-----\n${(blob.toString('base64').match(new RegExp(`.{1,${width}}`, 'g')) ?? []).join('\n')}\n-----END SSH SIGNATURE-----\n`;

/** The fields of a signature, to be put together in another way. */
export function fieldsOf(signature: string) {
  const reader = new SshReader(blobOf(signature));
  reader.take(10);
  const [key, purpose, reserved, hash, proper] = Array.from({ length: 5 }, () => reader.string()) as [
    Buffer,
    Buffer,
    Buffer,
    Buffer,
    Buffer,
  ];
  const inner = new SshReader(proper);
  const [algorithm, value] = [inner.string(), inner.string()];
  return { key, purpose, reserved, hash, algorithm, value, rest: proper.subarray(8 + algorithm.length + value.length) };
}
type Fields = ReturnType<typeof fieldsOf>;
export const putTogether = ({ key, purpose, reserved, hash, algorithm, value, rest }: Fields, version = 1, after = Buffer.alloc(0)) => {
  const number = Buffer.alloc(4);
  number.writeUInt32BE(version);
  const proper = Buffer.concat([sshString(algorithm), sshString(value), rest]);
  return armour(Buffer.concat([Buffer.from('SSHSIG'), number, ...[key, purpose, reserved, hash, proper].map(sshString), after]));
};

/** Bytes changed anywhere: flipped, put in, taken out, cut off, put behind. */
export const brokenBytes = fc.record({
  where: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
  what: fc.constantFrom('flip', 'insert', 'remove', 'cut', 'append', 'zero'),
  value: fc.integer({ min: 1, max: 255 }),
});
export function broken(blob: Buffer, { where, what, value }: { where: number; what: string; value: number }): Buffer {
  const index = Math.floor(where * blob.length);
  const [before, behind] = [blob.subarray(0, index), blob.subarray(index)];
  if (what === 'insert') return Buffer.concat([before, Buffer.from([value]), behind]);
  if (what === 'remove') return Buffer.concat([before, behind.subarray(1)]);
  if (what === 'cut') return before;
  if (what === 'append') return Buffer.concat([blob, Buffer.from([value])]);
  const changed = Buffer.from(blob);
  changed[index] = what === 'zero' ? 0 : (changed[index] ?? 0) ^ value;
  return changed;
}

const fieldNames = ['key', 'purpose', 'reserved', 'hash', 'algorithm', 'value', 'rest'] as const;
const odd = fc.constantFrom(
  '',
  'sha1',
  'sha256',
  'sha512',
  'ssh-rsa',
  'rsa-sha2-256',
  'rsa-sha2-512',
  'ssh-ed25519',
  'git',
  'janus-approval@v1\0',
);
export const changedField = fc.tuple(
  fc.constantFrom(...fieldNames),
  fc.oneof(brokenBytes, odd),
  fc.constantFrom(1, 1, 1, 0, 2),
  fc.constantFrom(0, 0, 1),
);
