/**
 * A host as a simulation: cores that are shared evenly, memory, an OOM killer, pressure as the kernel has it. It knows no controller: jobs are
 * started and killed from outside. Pure but for the state that it keeps.
 */

/** Seconds of one step. */
export const stepSeconds = 0.05;
/** A job's memory grows after its start: what admits by what is used now admits too many. */
const growthSeconds = 3;
/** Where the kernel begins to reclaim in the tasks' own time, and where that takes all of it. */
const reclaim = { from: 0.92, to: 0.98 };
/** Where it kills. */
const oomAt = 0.99;

const clamp = (value) => Math.min(1, Math.max(0, value));

/** `host`: cores, memoryMb, baseMb. `foreign`: loads of others, as `scenarios.mjs` describes them. */
export function createPlant({ host, foreign = [] }) {
  const running = [];
  const total = { stall: 0, memoryStall: 0, used: 0 };
  let now = 0;
  let memory = host.baseMb;

  const amountAt = ({ at, until = Infinity, over = 0, amount }) => {
    if (now < at || now >= until) return 0;
    return over === 0 ? amount : amount * clamp((now - at) / over);
  };
  const foreignOf = (kind) => foreign.filter((load) => load.kind === kind).reduce((sum, load) => sum + amountAt(load), 0);
  const heldBy = (job) => job.memoryMb * clamp((now - job.startedAt) / growthSeconds);
  const actionsMb = () => running.reduce((sum, job) => sum + heldBy(job), 0);
  const remove = (job) => running.splice(running.indexOf(job), 1);

  /** As the kernel does: whoever holds most. What others hold is not Janus's to lose. */
  function killForMemory() {
    const killed = [];
    while (memory > oomAt * host.memoryMb && running.length > 0) {
      const largest = running.reduce((most, job) => (heldBy(job) > heldBy(most) ? job : most));
      remove(largest);
      killed.push(largest);
      memory = host.baseMb + foreignOf('memory') + actionsMb();
    }
    return killed;
  }

  return {
    running,
    host,
    get now() {
      return now;
    },
    get memory() {
      return { usedMb: memory, actionsMb: actionsMb(), share: memory / host.memoryMb };
    },
    /** Integrals over the time so far: of the share of stall, and of cores used. */
    get total() {
      return { ...total };
    },
    start(job) {
      running.push({ ...job, startedAt: now, cpuLeft: job.cpuSeconds, ioLeft: job.ioSeconds });
    },
    /** The youngest, if there is one. */
    killYoungest() {
      return running.pop();
    },
    /** One step of time: what ended, and what the kernel killed. */
    advance() {
      now += stepSeconds;
      const hogs = foreignOf('hogs');
      const runnable = running.filter((job) => job.cpuLeft > 0);
      const wanted = runnable.length + hogs;
      const memoryStall = clamp((memory / host.memoryMb - reclaim.from) / (reclaim.to - reclaim.from));
      const share = wanted === 0 ? 0 : Math.min(1, host.cores / wanted) * (1 - 0.8 * memoryStall);
      for (const job of running) {
        if (job.cpuLeft > 0) job.cpuLeft -= share * stepSeconds;
        else job.ioLeft -= stepSeconds;
      }
      // Of the processors, those on which somebody waits: two tasks too many on two cores are a stall of 1.
      total.stall += clamp((wanted - host.cores) / host.cores) * stepSeconds;
      total.memoryStall += memoryStall * stepSeconds;
      total.used += Math.min(wanted, host.cores) * stepSeconds;
      const ended = running.filter((job) => job.cpuLeft <= 0 && job.ioLeft <= 0);
      for (const job of ended) remove(job);
      memory = host.baseMb + foreignOf('memory') + actionsMb();
      return { ended, killed: killForMemory() };
    },
  };
}
