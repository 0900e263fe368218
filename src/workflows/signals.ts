import { arrayFromPayloads } from '@temporalio/common';
import type { WorkflowInterceptorsFactory } from '@temporalio/workflow';
import { payloadConverter } from '../contract/payload-converter.js';

/** Told of each signal, in the order of the history. What it bears is read only where `read` is called. */
type Receive = (name: string, read: () => unknown[]) => void;

/** So many that came before anybody listened are kept; more are told without what they bear. */
const earlyMax = 1_000;
/** Temporal's own names. */
const reserved = '__temporal_';

interface Inlet {
  readonly early: Parameters<Receive>[];
  listener?: Receive;
}

/** Each workflow has globals of its own; modules they share (`preloadModules` in bundle.ts), so that none may keep anything of one workflow. */
const globals = globalThis as typeof globalThis & { janusInlet?: Inlet };
const inlet = (): Inlet => (globals.janusInlet ??= { early: [] });

function receive(name: string, read: () => unknown[]): void {
  const { early, listener } = inlet();
  if (listener !== undefined) listener(name, read);
  else early.push([name, early.length < earlyMax ? read : () => []]);
}

/** Hands over every signal of this workflow, those first that are there already. */
export function listenToSignals(listener: Receive): void {
  const own = inlet();
  own.listener = listener;
  for (const [name, read] of own.early.splice(0)) listener(name, read);
}

/**
 * Takes signals out of an activation before the SDK makes a dozen promises of each, with a stack trace for each promise: at 1.5 ms a signal
 * a flood of thousands in one activation blocked every workflow for seconds, and beyond `isolateExecutionTimeout` ended the worker. Here one
 * costs microseconds. Signals come before the updates of the same activation.
 */
export const interceptors: WorkflowInterceptorsFactory = () => ({
  internals: [
    {
      activate(input, next) {
        const { activation } = input;
        const others = (activation.jobs ?? []).filter(({ signalWorkflow }) => {
          const name = signalWorkflow?.signalName ?? '';
          if (!signalWorkflow || name.startsWith(reserved)) return true;
          receive(name, () => arrayFromPayloads(payloadConverter, signalWorkflow.input));
          return false;
        });
        activation.jobs = others;
        next(input);
      },
    },
  ],
});
