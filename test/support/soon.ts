/** Looks again and again until it is there; for what only a file or /proc can tell. */
export async function soon<T>(look: () => T | undefined | false | Promise<T | undefined | false>, milliseconds = 10_000): Promise<T> {
  const end = Date.now() + milliseconds;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > end) throw new Error(`not within ${milliseconds} ms`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
