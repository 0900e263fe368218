/** One attempt at a time: between the look and the entry nothing waits, so whoever comes meanwhile joins. */
export function joinOrStart<T>(underWay: Map<string, Promise<T>>, key: string, work: () => Promise<T>): Promise<T> {
  const own = underWay.get(key);
  if (own !== undefined) return own;
  const started = work().finally(() => underWay.delete(key));
  underWay.set(key, started);
  return started;
}
