import { Context } from '@temporalio/activity';
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import type { Escapement, EscapementState } from '../../adapters/host/escapement.js';
import type { BeatAnswer, ControlActivities } from '../../contract/hands.js';
import type { ControlState } from '../../domain/controls/step.js';
import type { Driver } from './controls/driver.js';
import type { Kept } from './controls/kept.js';

const heartbeatMilliseconds = 5_000;
/** Between two looks whether something has to be recorded. */
const lookMilliseconds = 1_000;

export interface ControlDependencies {
  readonly escapement: Escapement;
  readonly driver: Pick<Driver, 'state' | 'resume'>;
  readonly kept: Kept;
  /** Of the hands (base64); the same text has the same signature. */
  readonly sign: (text: string) => string;
}

/** In the heartbeat: what the next attempt goes on with, and the word of the hands for it. Whoever reaches the server could send another. */
interface Carried extends EscapementState {
  readonly controls?: { readonly state: string; readonly signature: string };
}

const stateText = (state: string) => `janus.controls.v1\0${state}`;

function isState(details: unknown): details is Carried {
  const { ticks, missed } = (details ?? {}) as Partial<EscapementState>;
  return Number.isInteger(ticks) && Number.isInteger(missed);
}

function carry({ escapement, driver, sign }: ControlDependencies): Carried {
  if (driver.state === undefined) return escapement.state;
  const state = JSON.stringify(driver.state);
  return { ...escapement.state, controls: { state, signature: sign(stateText(state)) } };
}

/** What an attempt before this one came to: the ticks count on, and the controls go on with what these hands signed. */
function goOn({ escapement, driver, sign }: ControlDependencies, details: unknown): void {
  if (!isState(details)) return escapement.attach();
  escapement.attach(details);
  const { state, signature } = details.controls ?? {};
  if (typeof state === 'string' && sign(stateText(state)) === signature) driver.resume(JSON.parse(state) as ControlState);
}

/** Resolves after so many seconds, when the activity is cancelled, or when there is something to tell. */
function beating(count: number, isDue: () => boolean, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = () => {
      clearTimeout(timer);
      clearInterval(looking);
      resolve();
    };
    const timer = setTimeout(end, count * 1_000);
    const looking = setInterval(() => {
      if (isDue()) end();
    }, lookMilliseconds);
    signal.addEventListener('abort', end);
  });
}

const ended = () =>
  ApplicationFailure.create({ message: 'this worker ends: the next one goes on', category: ApplicationFailureCategory.BENIGN });

/**
 * Attaches to the process's one escapement and shows its state in the heartbeat; a second caller ticks nothing twice. It comes back early where
 * something has to be recorded. A worker that ends has not finished: its attempt fails, so that the next worker goes on within a second or two, in
 * the same run.
 */
export function createControlActivities(deps: ControlDependencies): ControlActivities {
  const { escapement, kept } = deps;
  return {
    async beat({ seconds: length, recorded }): Promise<BeatAnswer> {
      const { cancellationSignal, info, heartbeat, isWanted } = bindContext();
      goOn(deps, info.heartbeatDetails);
      await kept.acknowledge(recorded);
      heartbeat(carry(deps));
      const timer = setInterval(() => heartbeat(carry(deps)), heartbeatMilliseconds);
      try {
        await beating(Math.min(Math.max(0, Number(length) || 0), 86_400), () => kept.isDue(), cancellationSignal);
        if (cancellationSignal.aborted && !isWanted()) throw ended();
        const found = kept.read();
        if (found === undefined) return escapement.state;
        kept.told();
        return { ...escapement.state, kept: found };
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
