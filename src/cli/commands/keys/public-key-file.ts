import { readFileSync } from 'node:fs';
import { isPublicKey } from '../../../domain/approval/allowed-signers.js';
import { JanusError } from '../../../domain/errors.js';
import { errnoWords } from '../../../domain/text/errno-words.js';

/** The public key in a file, "<type> <base64>". */
export function readPublicKey(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new JanusError('USAGE', `${file} cannot be read: ${errnoWords(error)}`, {
      next: 'ubos keys init, or: ubos keys add NAME KEY.pub',
    });
  }
  const [type = '', key = ''] = text.trim().split(/\s+/);
  if (!isPublicKey(type, key) || text.trim().includes('\n'))
    throw new JanusError('USAGE', `${file} is not one public key`, { next: 'the file that ends in .pub' });
  return `${type} ${key}`;
}
