import { existsSync, readFileSync } from 'node:fs';
import { isPublicKey } from '../../../domain/approval/allowed-signers.js';
import { JanusError } from '../../../domain/errors.js';

/** The public key in a file, "<type> <base64>". */
export function readPublicKey(file: string): string {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  if (text === undefined) throw new JanusError('USAGE', `there is no ${file}`, { next: 'ubos keys init, or: ubos keys add NAME KEY.pub' });
  const [type = '', key = ''] = text.trim().split(/\s+/);
  if (!isPublicKey(type, key) || text.trim().includes('\n'))
    throw new JanusError('USAGE', `${file} is not one public key`, { next: 'the file that ends in .pub' });
  return `${type} ${key}`;
}
