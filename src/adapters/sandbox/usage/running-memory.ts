/** What the running actions of this process hold, one reading each: cheap, for every tick of the controls. */
const running = new Set<() => number>();

/** Until the function that it returns is called. */
export function countMemory(heldMb: () => number): () => void {
  running.add(heldMb);
  return () => void running.delete(heldMb);
}

/** MB of all running actions of this process together. */
export const actionsMemoryMb = (): number => [...running].reduce((sum, heldMb) => sum + heldMb(), 0);
