import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Restarts } from '../../domain/health/readings.js';

/** Where deploy/janus/note-restart leaves word of each automatic start: a file for each unit, a line of epoch seconds for each start. */
export const restartsFolder = '/run/janus/restarts';

/** When systemd started the units of this machine again by itself, the latest last; empty where it did not, and where no vessel is installed. */
export function readRestarts(folder = restartsFolder): Restarts {
  try {
    // One that is being written has a dot before its name.
    const units = readdirSync(folder).filter((name) => !name.startsWith('.'));
    return Object.fromEntries(units.sort().map((unit) => [unit, timesIn(join(folder, unit))]));
  } catch {
    return {};
  }
}

function timesIn(file: string): number[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => /^\d{1,12}$/.test(line)).map((line) => Number(line) * 1_000);
}
