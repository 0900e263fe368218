/** What a check found otherwise than it should be is its error. */
export function isTrue(fact, words) {
  if (!fact) throw new Error(words);
}

export const same = (found, expected, what) =>
  isTrue(JSON.stringify(found) === JSON.stringify(expected), `${what}: ${JSON.stringify(found)}, not ${JSON.stringify(expected)}`);

export const matches = (text, pattern) => isTrue(pattern.test(text), `no ${pattern} in: ${text.slice(-400)}`);

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Tried again until it is as it should be; throws what it said last. */
export async function untilSo(look, seconds = 60) {
  for (let tries = 0; ; tries += 1) {
    try {
      return await look();
    } catch (error) {
      if (tries >= seconds * 4) throw error;
      await pause(250);
    }
  }
}
