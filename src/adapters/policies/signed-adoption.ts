import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Adoption, SignedAdoption } from '../../domain/policy/adoption.js';
import { parseAdoption } from '../../domain/policy/adoption.js';
import { makeFolder, replaceFile } from '../files/durable.js';

const fileOf = (folder: string) => join(folder, 'adoption.json');

/** For those who have no trail. */
export async function publishAdoption(folder: string, { text, signature }: SignedAdoption): Promise<void> {
  await makeFolder(folder, 0o755);
  await replaceFile(fileOf(folder), `${JSON.stringify({ text, signature })}\n`, { mode: 0o644 });
}

export interface ReadAdoption {
  readonly adoption: Adoption;
  readonly signed: SignedAdoption;
}

/** The one that lies there; undefined where there is none, or where nobody of this vessel signed what there is. */
export async function readAdoption(
  folder: string,
  vessel: string,
  isOwn: (text: string, signature: string) => boolean,
): Promise<ReadAdoption | undefined> {
  try {
    const { text, signature } = JSON.parse(await readFile(fileOf(folder), 'utf8')) as Partial<SignedAdoption>;
    if (typeof text !== 'string' || typeof signature !== 'string' || !isOwn(text, signature)) return undefined;
    const adoption = parseAdoption(text);
    return adoption?.vessel === vessel ? { adoption, signed: { text, signature } } : undefined;
  } catch {
    return undefined;
  }
}
