import { runMachine } from '../../scripts/lib/vm/run.mjs';

/** Acknowledged records of each life before its power is cut. */
const acknowledgedMin = [12, 31, 50];

/** How many times the power is cut, and how many results there are. */
export const cutsPlanned = acknowledgedMin.length;

/**
 * Lets the machine append to an audit trail, with rotations, and cuts its power in the middle; boots it again from the same disk and compares
 * what it holds with what it had acknowledged over the serial console. QEMU dies by SIGKILL: what the guest had not yet written through its own
 * page cache is lost. A disk that lies about its flushes is not simulated. Calls `onResult` once for each cut.
 */
export async function cutPower(machine, { seconds, onLine, onResult }) {
  const acknowledged = new Map();
  for (let life = 0; life <= acknowledgedMin.length; life += 1) {
    const held = new Map();
    const before = new Map(acknowledged);
    const power = new AbortController();
    let [verdict, count] = ['', 0];
    await runMachine(machine, {
      ...{ seconds, signal: power.signal, parameters: 'janus.power-cut' },
      onLine: (line) => {
        onLine(line);
        const [, what, ...words] = /cut (\w+) (\S+) (\S+)(.*)$/.exec(line) ?? [];
        if (what === 'holds') held.set(words[1], words[0]);
        if (what === 'verdict') verdict = words.join(' ');
        if (what === 'verdict' && life === acknowledgedMin.length) power.abort();
        if (what !== 'acknowledged') return;
        // Behind the cut nothing was acknowledged, even where it is still in the pipe.
        if (!power.signal.aborted) acknowledged.set(words[1], words[0]);
        count += 1;
        if (count >= acknowledgedMin[life]) power.abort();
      },
    });
    if (life === 0) continue;
    const lost = [...before].filter(([id, seq]) => held.get(id) !== seq);
    onResult(
      verdict.startsWith('ok ') && lost.length === 0,
      `power cut ${life}: ${before.size} acknowledged records are there, the chain holds (spec L2, Q4h)`,
      {
        verdict,
        lost: lost.slice(0, 3),
        held: held.size,
      },
    );
  }
}
