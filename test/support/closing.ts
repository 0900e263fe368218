import { afterAll } from '@jest/globals';

const opened: (() => Promise<unknown> | void)[] = [];

/** What a test file has opened is closed at its end, the last first: also where its set-up failed halfway, or another one did not close. */
export function closeAtTheEnd(close: () => Promise<unknown> | void): void {
  opened.push(close);
}

afterAll(async () => {
  const errors: unknown[] = [];
  for (const close of opened.splice(0).reverse())
    await Promise.resolve()
      .then(close)
      .catch((error: unknown) => errors.push(error));
  if (errors.length > 0) throw new AggregateError(errors, `not closed: ${errors.map(String).join(', ')}`);
});
