import { closeSync, fstatSync, openSync, readFileSync, readdirSync, readSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder, syncFolder } from '../files/durable.js';

export interface EvidenceSources {
  /** Where the evidence of each breach gets a folder of its own: no action's account can reach it. */
  readonly folder: string;
  /** Files whose ends are kept: the logs of the trail, the agent log with what egress did. */
  readonly logs: readonly string[];
  /** Folders whose newest files are kept: signed heads, entries of the ledger. */
  readonly folders: readonly string[];
}

const tailBytes = 1_048_576;
const fileBytes = 65_536;
const filesMax = 500;

function endOf(file: string, bytes: number): Buffer {
  const descriptor = openSync(file, 'r');
  try {
    const { size } = fstatSync(descriptor);
    const buffer = Buffer.alloc(Math.min(size, bytes));
    return buffer.subarray(0, readSync(descriptor, buffer, 0, buffer.length, size - buffer.length));
  } finally {
    closeSync(descriptor);
  }
}

function newestIn(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const dated = files.map(({ parentPath, name }) => ({ path: join(parentPath, name), at: statSync(join(parentPath, name)).mtimeMs }));
  return dated
    .sort((a, b) => b.at - a.at)
    .slice(0, filesMax)
    .map(({ path }) => path);
}

const readProc = (pid: string, file: string): string => {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1').replaceAll('\0', ' ').trim();
  } catch {
    return '';
  }
};

/** One line for each process that is to be seen: number, what proc(5) says of it, its command. */
function processTable(): string {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map((pid) => `${readProc(pid, 'stat')}\t${readProc(pid, 'cmdline')}\n`).join('');
}

/**
 * Sets aside what shows what happened, before anybody tidies up. Bounded; what cannot be kept is named in `breach.txt`, and never in the way of
 * what has to follow. Returns the folder.
 */
export async function setEvidenceAside({ folder, logs, folders }: EvidenceSources, id: string, words: string): Promise<string> {
  const here = join(folder, id);
  const missed: string[] = [];
  const keep = (name: string, content: () => string | Buffer) => {
    try {
      writeFileSync(join(here, name), content(), { mode: 0o600, flush: true });
    } catch (error) {
      missed.push(`${name}: ${String(error)}`);
    }
  };
  try {
    await makeFolder(folder, 0o700);
    await makeFolder(here, 0o700);
    for (const file of logs) keep(`${nameOf(file)}.end`, () => endOf(file, tailBytes));
    for (const source of folders) keep(`${nameOf(source)}.txt`, () => allOf(source));
    keep('processes.txt', processTable);
    keep('breach.txt', () => [words, new Date().toISOString(), ...missed.map((each) => `not kept: ${each}`), ''].join('\n'));
    await syncFolder(here);
  } catch (error) {
    return `${here} (nothing kept: ${String(error)})`;
  }
  return here;
}

const nameOf = (path: string) => path.split('/').at(-1) ?? 'root';

/** Small files, one behind the other. */
const allOf = (folder: string): string =>
  newestIn(folder)
    .map((path) => `== ${path}\n${endOf(path, fileBytes).toString('latin1')}\n`)
    .join('');
