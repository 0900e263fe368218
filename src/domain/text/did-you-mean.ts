function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      next[j] = Math.min((next[j - 1] ?? 0) + 1, (row[j] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** Whether one is the other with words left out: disk_percent of disk_usage_percent. One word alone says too little. */
function isAbbreviation(word: string, candidate: string): boolean {
  const [parts, whole] = [word.split('_'), candidate.split('_')];
  return parts.length > 1 && parts.every((part) => whole.includes(part));
}

/** The nearest of the known words, if one is near enough to be meant. */
export function didYouMean(word: string, known: readonly string[]): string | undefined {
  const near = known.map((candidate) => ({ candidate, far: distance(word, candidate) })).sort((a, b) => a.far - b.far);
  const [best] = near;
  if (best !== undefined && best.far <= Math.max(2, Math.floor(word.length / 3))) return best.candidate;
  return near.find(({ candidate }) => isAbbreviation(word, candidate))?.candidate;
}
