import type { StdioOptions } from 'node:child_process';
import { closeSync, openSync, readFileSync, readdirSync, readlinkSync } from 'node:fs';

const closeOnExec = 0o2_000_000;

/** What a descriptor that children do not inherit leads to: a link is read several times as fast as flags, and there are many. */
const closing = new Map<number, string>();

/** Descriptors that every child would inherit: node marks its own close-on-exec, but not what it was started with. */
export function inheritedDescriptors(): number[] {
  return readdirSync('/proc/self/fdinfo')
    .map(Number)
    .filter((descriptor) => {
      if (descriptor <= 2) return false;
      try {
        const target = readlinkSync(`/proc/self/fd/${descriptor}`);
        if (closing.get(descriptor) === target) return false;
        const value = /^flags:\s*(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${descriptor}`, 'utf8'))?.[1];
        const inherited = value !== undefined && (Number.parseInt(value, 8) & closeOnExec) === 0;
        if (!inherited) closing.set(descriptor, target);
        return inherited;
      } catch {
        // The folder was listed through a descriptor that is closed by now.
        return false;
      }
    });
}

/**
 * Extends the child's descriptors so that each inherited one is replaced by /dev/null: nothing that Janus was started with reaches an
 * action. Returns what to close once the child exists.
 */
export function withoutInherited(stdio: readonly ('ignore' | 'pipe' | number)[]): {
  readonly stdio: StdioOptions;
  readonly close: () => void;
} {
  const inherited = inheritedDescriptors().filter((descriptor) => descriptor >= stdio.length);
  if (inherited.length === 0) return { stdio: [...stdio], close: () => undefined };
  const nothing = openSync('/dev/null', 'r');
  const length = Math.max(...inherited) + 1;
  const all = Array.from({ length }, (_, index) => stdio[index] ?? (inherited.includes(index) ? nothing : ('ignore' as const)));
  return { stdio: all, close: () => closeSync(nothing) };
}
