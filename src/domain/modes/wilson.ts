/** z² of the one-sided 95 % bound, in ten-thousandths. */
const zSquared = 27_055n;
const scale = 10_000n;

/**
 * The Wilson score bound (one-sided, 95 %) under the true share of approvals, in ten-thousandths: what `approved` of `decided` lets one be sure of.
 * The largest p for which (k - np)² >= z² n p (1 - p), found in whole numbers, so that every machine finds the same one.
 */
export function wilsonBound(approved: number, decided: number): number {
  const [k, n] = [BigInt(approved), BigInt(decided)];
  if (n <= 0n || k <= 0n) return 0;
  const holds = (p: bigint): boolean => {
    const distance = k * scale - n * p;
    return distance >= 0n && distance * distance * scale >= zSquared * n * p * (scale - p);
  };
  let [low, high] = [0n, scale];
  while (low < high) {
    const middle = (low + high + 1n) / 2n;
    if (holds(middle)) low = middle;
    else high = middle - 1n;
  }
  return Number(low);
}
