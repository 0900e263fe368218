import { connect } from 'node:net';
import type { NetworkFigures } from '../../domain/action/connection.js';
import { createLineReader } from './protocol.js';

/** What egress said last of what is met outside. */
export interface FollowedFigures {
  /** Undefined until it has said something. */
  readonly last: NetworkFigures | undefined;
  /** Of the process that says so. */
  readonly pid: number | undefined;
  close(): void;
}

const againMilliseconds = 5_000;

const isFigure = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/** The other end speaks with the internet: what is no sound figure says nothing. */
function figuresIn(line: string | undefined): { readonly figures: NetworkFigures; readonly pid: number | undefined } | undefined {
  try {
    const { figures, pid } = JSON.parse(line ?? '') as { figures?: Partial<NetworkFigures>; pid?: unknown };
    const { reached, unreachable, bytes } = figures ?? {};
    if (!isFigure(reached) || !isFigure(unreachable) || !isFigure(bytes)) return undefined;
    return { figures: { reached, unreachable, bytes }, pid: isFigure(pid) && pid > 1 ? pid : undefined };
  } catch {
    return undefined;
  }
}

/**
 * Hears from the egress process what all actions of this host meet outside (spec G4), and finds it again where it was away. Nothing is asked on a
 * timer: it tells what has changed.
 */
export function followFigures(controlSocket: string): FollowedFigures {
  let last: ReturnType<typeof figuresIn>;
  let isClosed = false;
  let again: NodeJS.Timeout | undefined;
  let connection = open();
  function open() {
    const line = connect({ path: controlSocket });
    line.unref();
    line.on(
      'data',
      createLineReader((text) => (last = figuresIn(text) ?? last)),
    );
    line.on('error', () => line.destroy());
    line.once('close', () => {
      if (!isClosed) again = setTimeout(() => (connection = open()), againMilliseconds).unref();
    });
    line.write('{"op":"figures"}\n');
    return line;
  }
  return {
    get last() {
      return last?.figures;
    },
    get pid() {
      return last?.pid;
    },
    close: () => {
      isClosed = true;
      clearTimeout(again);
      connection.destroy();
    },
  };
}
