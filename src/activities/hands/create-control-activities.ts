import { Context } from '@temporalio/activity';
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
    const timer = setTimeout(resolve, count * 1_000);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** Attaches to the process's one escapement and shows its state in the heartbeat; a second caller ticks nothing twice. */
export function createControlActivities({ escapement }: { readonly escapement: Escapement }): ControlActivities {
  return {
    async beat({ seconds: length }): Promise<BeatState> {
      const { cancellationSignal, info, heartbeat } = bindContext();
      escapement.attach(isState(info.heartbeatDetails) ? info.heartbeatDetails : undefined);
      heartbeat(escapement.state);
      const timer = setInterval(() => heartbeat(escapement.state), heartbeatMilliseconds);
      try {
        await seconds(Math.min(Math.max(0, Number(length) || 0), 86_400), cancellationSignal);
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
  };
}
