import type { NetworkUse } from '../action/connection.js';
import { denials } from '../action/denials.js';
import { visible } from '../text/visible.js';

/** Of one command that are shown; the trail has a line for each. */
const shownMax = 10;

const meaning = (verdict: string) =>
  Object.hasOwn(denials, verdict) ? `${verdict}: ${denials[verdict as keyof typeof denials]}` : visible(verdict);

/** The connections of a command that the proxy refused, or that came to nothing: each kind once, with the reason and how often. */
export function refusedConnections(network: NetworkUse | undefined): string[] {
  const counts = new Map<string, number>();
  for (const { host, port, verdict } of network?.records ?? []) {
    if (verdict === 'allowed' || verdict === 'pending') continue;
    const text = `no connection to ${visible(host)}${port === 0 ? '' : `:${port}`}: ${meaning(verdict)}`;
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  const all = [...counts].map(([text, count]) => (count === 1 ? text : `${text} (${count} times)`));
  return all.length <= shownMax ? all : [...all.slice(0, shownMax), `and ${all.length - shownMax} more, in the log tool_use`];
}
