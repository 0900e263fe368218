import type { WorkflowInterceptorsFactory } from '@temporalio/workflow';
import { proxySinks } from '@temporalio/workflow';
import { plain } from './plain.js';

/** Called during replay too: that is what it is for. */
export interface RecordingSinks extends Record<string, Record<string, (command: string) => void>> {
  recording: { command(command: string): void };
}

/**
 * Lives in the workflow bundle of replay tests and hands out every command that the workflow gives to Core: more than the outbound
 * interceptors see, since upserts, cancellations, answers to updates and the result are commands too. Those of a query are none.
 */
export const interceptors: WorkflowInterceptorsFactory = () => {
  const { recording } = proxySinks<RecordingSinks>();
  return {
    internals: [
      {
        concludeActivation(input, next) {
          const output = next(input);
          for (const command of output.commands) if (!command.respondToQuery) recording.command(JSON.stringify(plain(command)));
          return output;
        },
      },
    ],
  };
};
