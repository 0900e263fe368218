import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PolicyDocuments } from '../../domain/policy/documents.js';
import { documentsDigest, keptNames } from '../../domain/policy/documents.js';
import { makeFolder, replaceFile } from '../files/durable.js';
import { sha256 } from '../files/sha256.js';

/** Where each of them lies. */
export type DocumentFiles = Readonly<Record<keyof PolicyDocuments, string>>;

const isDigest = (text: string) => /^[0-9a-f]{64}$/.test(text);

async function textOf(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

async function readAll(files: DocumentFiles): Promise<PolicyDocuments | undefined> {
  const [agent, policy, allowedSigners, revokedSigners] = await Promise.all([
    textOf(files.agent),
    textOf(files.policy),
    textOf(files.allowedSigners),
    textOf(files.revokedSigners),
  ]);
  return agent === null || policy === null ? undefined : { agent, policy, allowedSigners, revokedSigners };
}

/** Where the documents of a digest are kept. */
export const documentsFolder = (folder: string, digest: string): string => join(folder, digest);

const filesIn = (folder: string): DocumentFiles => ({
  agent: join(folder, keptNames.agent),
  policy: join(folder, keptNames.policy),
  allowedSigners: join(folder, keptNames.allowedSigners),
  revokedSigners: join(folder, keptNames.revokedSigners),
});

async function keep(folder: string, documents: PolicyDocuments): Promise<string> {
  const digest = documentsDigest(sha256, documents);
  const own = documentsFolder(folder, digest);
  await makeFolder(folder, 0o755);
  await makeFolder(own, 0o755);
  const files = filesIn(own);
  for (const name of Object.keys(files) as (keyof PolicyDocuments)[]) {
    const text = documents[name];
    if (text !== null) await replaceFile(files[name], text, { mode: 0o644 });
  }
  return digest;
}

/** Keeps what lies in the files now under its digest. Undefined where agent.yaml or policy.json is gone. */
export async function keepDocuments(folder: string, files: DocumentFiles): Promise<string | undefined> {
  const documents = await readAll(files);
  return documents === undefined ? undefined : keep(folder, documents);
}

/** Whether every byte that is kept under a digest is still what it was. */
export async function areKept(folder: string, digest: string): Promise<boolean> {
  try {
    const documents = isDigest(digest) ? await readAll(filesIn(documentsFolder(folder, digest))) : undefined;
    return documents !== undefined && documentsDigest(sha256, documents) === digest;
  } catch {
    return false;
  }
}

/** Takes over into a folder of one's own what another account keeps. False where that is not what its digest says. */
export async function copyDocuments(from: string, to: string, digest: string): Promise<boolean> {
  if (await areKept(to, digest)) return true;
  try {
    const documents = isDigest(digest) ? await readAll(filesIn(documentsFolder(from, digest))) : undefined;
    if (documents === undefined || documentsDigest(sha256, documents) !== digest) return false;
    await keep(to, documents);
    return true;
  } catch {
    return false;
  }
}
