import console from 'node:console';
import { createRequire } from 'node:module';
import v8 from 'node:v8';
import { workerData } from 'node:worker_threads';

/*
 * Begins a thread of the SDK in which workflows run, without what the SDK would trace promises with: `withhold-stacks.ts` says why. `workerData` is
 * the file that the SDK wanted to begin the thread with.
 */
const createHook = () => {
  // The SDK catches it, and says so on the console in words of its own, at each start: it is meant, so that is not said.
  const warn = console.warn.bind(console);
  console.warn = () => {
    console.warn = warn;
  };
  throw new Error('withheld: debug.workflow_stacks is off');
};
// Another object in its place: what is in it Node itself needs, for AsyncLocalStorage, and workflows for their cancellation scopes.
Object.assign(v8, { promiseHooks: { ...v8.promiseHooks, createHook } });
createRequire(import.meta.url)(String(workerData));
