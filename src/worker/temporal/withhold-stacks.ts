import threads from 'node:worker_threads';
import { fileURLToPath } from 'node:url';

/** How the SDK calls the file that its workflow threads begin with. */
const ofTheSdk = /[\\/]workflow-worker-thread(?:\.js)?$/;
const ours = fileURLToPath(new URL('./workflow-thread.js', import.meta.url));

/**
 * Withholds the hook for promises from the SDK's workflow threads that are started from now on. With it the SDK takes a stack trace for each promise
 * of each workflow, a third of what these threads cost, for one query alone: `__stack_trace`. Without it the SDK goes on, and that query answers
 * that there is none; what it does to workflows is the same (the SDK keeps traces apart from everything that reaches a history).
 */
export function withholdStacks(): void {
  class WorkflowThread extends threads.Worker {
    constructor(file: string | URL, options?: threads.WorkerOptions) {
      if (ofTheSdk.test(String(file))) super(ours, { ...options, workerData: file });
      else super(file, options);
    }
  }
  Object.assign(threads, { Worker: WorkflowThread });
}
