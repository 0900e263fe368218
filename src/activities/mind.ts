import type { CyclePlan, MindActivities } from '../contract/activities.js';

/** Reads and plans; whoever calls it gets a plan, and nothing has happened. */
export function createMindActivities({ planner }: { readonly planner: { plan(): Promise<CyclePlan> } }): MindActivities {
  return { planCycle: () => planner.plan() };
}
