import { timeLeft } from '../../domain/text/time-left.js';
import type { Context } from '../command.js';

/** "3m ago", "in 23h59m", or ISO 8601: as --time says, else as the command finds best. */
export function when(moment: Date, { now, time }: Pick<Context, 'now' | 'time'>, best: 'relative' | 'iso'): string {
  if ((time ?? best) === 'iso') return moment.toISOString();
  const at = now();
  if (moment > at) return `in ${timeLeft(moment, at)}`;
  return at.getTime() - moment.getTime() < 1_000 ? 'now' : `${timeLeft(at, moment)} ago`;
}

/** Resolves after a while; rejects with the signal's reason as soon as the command is to end. */
export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    }, milliseconds);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
}
