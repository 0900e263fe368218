import { afterAll } from '@jest/globals';

const opened: (() => Promise<unknown> | void)[] = [];
let isOver = false;

/**
 * What a test file has opened is closed at its end, the last first: also where its set-up failed halfway, or another one did not close. What comes
 * when a case or a set-up was given up already is closed at once.
 */
export function closeAtTheEnd(close: () => Promise<unknown> | void): void {
  if (isOver)
    void Promise.resolve()
      .then(close)
      .catch(() => undefined);
  else opened.push(close);
}

afterAll(async () => {
  isOver = true;
  const errors: unknown[] = [];
  for (const close of opened.splice(0).reverse())
    await Promise.resolve()
      .then(close)
      .catch((error: unknown) => errors.push(error));
  if (errors.length > 0) throw new AggregateError(errors, `not closed: ${errors.map(String).join(', ')}`);
});
