import { createHash } from 'node:crypto';

/** The one that domain and activities are given: they know no node. */
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
