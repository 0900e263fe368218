import { hasCode } from '../../domain/errors.js';

/** A refused permit is an answer to our own workflows, and nothing at all to a stranger: no process, no line, no file. */
export async function unlessRefused<T>(work: () => Promise<T>, refused: (why: string) => T): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (hasCode(error, 'PERMIT_REFUSED')) return refused(error.message);
    throw error;
  }
}
