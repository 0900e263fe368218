/** "23h59m", "41m", "12s"; "over" for what has passed. */
export function timeLeft(until: Date, now: Date): string {
  const seconds = Math.floor((until.getTime() - now.getTime()) / 1_000);
  if (seconds <= 0) return 'over';
  const hours = Math.floor(seconds / 3_600);
  const minutes = Math.floor((seconds % 3_600) / 60);
  if (hours > 0) return `${hours}h${String(minutes).padStart(2, '0')}m`;
  return minutes > 0 ? `${minutes}m` : `${seconds}s`;
}
