import { readdirSync, readFileSync, statSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { createFile, makeFolder, replaceFile } from '../files/durable.js';

/** What was answered to a ticket: for whoever asks again with the same. */
export interface KeptAnswers<Answer> {
  /** `first`: nobody has used it, and from now on somebody has. `lost`: it was used, and the answer never came to be kept. */
  claim(
    ticket: string,
  ): Promise<{ readonly kind: 'first' } | { readonly kind: 'kept'; readonly answer: Answer } | { readonly kind: 'lost' }>;
  keep(ticket: string, answer: Answer): Promise<void>;
}

/** Longer than any cycle may be retried or reset. */
const keptMilliseconds = 30 * 86_400_000;

const writing = { mode: 0o600 };

function removeOld(folder: string, now: number): void {
  for (const name of readdirSync(folder)) {
    const file = join(folder, name);
    if (name.endsWith('.json') && now - statSync(file).mtimeMs > keptMilliseconds) unlinkSync(file);
  }
}

function readKept<Answer>(file: string): Answer | undefined {
  try {
    return (JSON.parse(readFileSync(file, 'utf8')) as { readonly answer?: Answer }).answer;
  } catch {
    // Torn by a crash: it was used all the same.
    return undefined;
  }
}

/** A file for each ticket, made before it is used: no crash and no second worker uses one twice. `ticket` names a file. */
export function createKeptAnswers<Answer>(folder: string, now: () => Date): KeptAnswers<Answer> {
  const fileOf = (ticket: string) => join(folder, `${ticket}.json`);
  return {
    async claim(ticket) {
      await makeFolder(folder, 0o700);
      removeOld(folder, now().getTime());
      if (await createFile(fileOf(ticket), JSON.stringify({ at: now().toISOString() }), writing)) return { kind: 'first' };
      const answer = readKept<Answer>(fileOf(ticket));
      return answer === undefined ? { kind: 'lost' } : { kind: 'kept', answer };
    },
    keep: (ticket, answer) => replaceFile(fileOf(ticket), JSON.stringify({ at: now().toISOString(), answer }), writing),
  };
}
