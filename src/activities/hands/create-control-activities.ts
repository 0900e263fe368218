import { Context } from '@temporalio/activity';
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import type { Escapement, EscapementState } from '../../adapters/host/escapement.js';
import type { BeatState, ControlActivities } from '../../contract/hands.js';

const heartbeatMilliseconds = 5_000;

function isState(details: unknown): details is EscapementState {
  const { ticks, missed } = (details ?? {}) as Partial<EscapementState>;
  return Number.isInteger(ticks) && Number.isInteger(missed);
}

/** Resolves after so many seconds, or when the activity is cancelled. */
function seconds(count: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(resolve, count * 1_000);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

const ended = () =>
  ApplicationFailure.create({ message: 'this worker ends: the next one goes on', category: ApplicationFailureCategory.BENIGN });

/**
 * Attaches to the process's one escapement and shows its state in the heartbeat; a second caller ticks nothing twice. A worker that ends has
 * not finished: its attempt fails, so that the next worker goes on within a second or two, in the same run.
 */
export function createControlActivities({ escapement }: { readonly escapement: Escapement }): ControlActivities {
  return {
    async beat({ seconds: length }): Promise<BeatState> {
      const { cancellationSignal, info, heartbeat, isWanted } = bindContext();
      escapement.attach(isState(info.heartbeatDetails) ? info.heartbeatDetails : undefined);
      heartbeat(escapement.state);
      const timer = setInterval(() => heartbeat(escapement.state), heartbeatMilliseconds);
      try {
        await seconds(Math.min(Math.max(0, Number(length) || 0), 86_400), cancellationSignal);
        if (cancellationSignal.aborted && !isWanted()) throw ended();
        return escapement.state;
      } finally {
        clearInterval(timer);
      }
    },
  };
}

function bindContext() {
  const context = Context.current();
  return {
    cancellationSignal: context.cancellationSignal,
    info: context.info,
    heartbeat: (details: unknown) => context.heartbeat(details),
    isWanted: () => context.cancellationDetails?.cancelRequested === true,
  };
}
