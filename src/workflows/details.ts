import type { WorkflowInterceptorsFactory } from '@temporalio/workflow';
import { setCurrentDetails } from '@temporalio/workflow';

/** Temporal's own, by which its web UI and command line ask for the current details. */
const metadataQuery = '__temporal_workflow_metadata';

/** Each workflow has globals of its own; modules they share (`preloadModules` in bundle.ts). */
const globals = globalThis as typeof globalThis & { janusDetails?: () => string };

/** What this workflow shows people as current details: made when somebody looks, and not at each step, where it took a tenth of the workflow's time. */
export function showDetailsOf(make: () => string): void {
  globals.janusDetails = make;
}

export const interceptors: WorkflowInterceptorsFactory = () => ({
  internals: [
    {
      activate(input, next) {
        const asks = input.activation.jobs?.some(({ queryWorkflow }) => queryWorkflow?.queryType === metadataQuery);
        if (asks === true && globals.janusDetails !== undefined) setCurrentDetails(globals.janusDetails());
        next(input);
      },
    },
  ],
});
