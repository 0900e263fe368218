import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeDurably } from './durable.mjs';
import { say, Stop } from './say.mjs';

/** A pid alone is used again; with its start time it is one process only. Undefined where there is none. */
export function startTicks(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

/** The name of `npm start` itself among the processes that are noted. */
const starter = 'npm start';

/** Remembers what `npm start` has started, so that the next one can end what a killed one left behind. */
export function createProcessNotes(home) {
  const file = join(home, 'processes.json');
  const notes = new Map();
  const isAlive = ({ pid, ticks }) => ticks !== undefined && startTicks(pid) === ticks;
  return {
    note(name, pid) {
      notes.set(name, { name, pid, ticks: startTicks(pid) });
      writeDurably(file, JSON.stringify([...notes.values()]));
    },
    noteSelf() {
      this.note(starter, process.pid);
    },
    forget() {
      rmSync(file, { force: true });
    },
    /** Ends what is left of an earlier run, by pid and start time; nothing else. What one that still runs has started is not left. */
    async endLeftovers() {
      const left = (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : []).filter(isAlive);
      const other = left.find(({ name }) => name === starter);
      if (other !== undefined)
        throw new Stop(`npm start runs already with this state folder (pid ${other.pid})`, {
          next: `use it, stop it (kill ${other.pid}), or: JANUS_HOME=/another/folder npm start`,
        });
      for (const { name, pid } of left) {
        say(`ended the ${name} of an earlier run (pid ${pid})`);
        process.kill(pid, 'SIGTERM');
      }
      for (let attempt = 0; attempt < 100 && left.some(isAlive); attempt += 1) await new Promise((resolve) => setTimeout(resolve, 100));
      for (const each of left.filter(isAlive)) process.kill(each.pid, 'SIGKILL');
    },
  };
}
