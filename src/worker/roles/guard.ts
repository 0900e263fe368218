import { spawnSync } from 'node:child_process';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { openGuardPage, readGuard } from '../../adapters/controls/guard-page.js';
import { forgetRunning, isRunning, readRunning } from '../../adapters/controls/running-lines.js';
import { openJournal } from '../../adapters/controls/journal.js';
import { noticeStop, readStop, stopFilesOf } from '../../adapters/controls/stop-mark.js';
import { watchSwitch } from '../../adapters/controls/watch-switch.js';
import { createEgressClient } from '../../adapters/egress/egress-client.js';
import { openServiceNotice } from '../../adapters/systemd/service-notice.js';
import type { Ender } from '../../adapters/sandbox/upkeep/end-sandboxes.js';
import { createEnder } from '../../adapters/sandbox/upkeep/end-sandboxes.js';
import { stopWords } from '../../domain/controls/stop.js';
import { JanusError } from '../../domain/errors.js';
import { trailEvent } from '../../domain/trail/events.js';
import type { Happened } from '../guard/keep-watch.js';
import { assertAccountOfHands } from '../guard/account.js';
import { keepWatch } from '../guard/keep-watch.js';

/** All that it needs of agent.yaml. */
interface GuardSettings {
  readonly emergencyStop: string;
  readonly controls: string;
  readonly egressControl: string;
  readonly workspaces: string;
  readonly uids: readonly number[];
  readonly host: string;
}

const settingsProgram = fileURLToPath(new URL('../guard/print-settings.js', import.meta.url));
const settingsMilliseconds = 30_000;

/** Read by a process that ends again. Throws CONFIG_INVALID. */
function loadSettings(configFile: string | undefined): GuardSettings {
  const args = configFile === undefined ? [] : ['--config', configFile];
  const { stdout, stderr, status, error } = spawnSync(process.execPath, [settingsProgram, ...args], {
    encoding: 'utf8',
    timeout: settingsMilliseconds,
  });
  if (error !== undefined || stdout === '') {
    throw new JanusError('CONFIG_INVALID', `the configuration could not be read: ${error?.message ?? stderr.trim().slice(-400)}`);
  }
  const printed = JSON.parse(stdout) as GuardSettings & { readonly message?: string; readonly next?: string };
  if (status === 0) return printed;
  throw new JanusError('CONFIG_INVALID', printed.message ?? stderr, { ...(printed.next !== undefined && { next: printed.next }) });
}

/** By the configuration, and by what workers say of themselves, who may have been started with another one. */
function placesOf({ controls, workspaces, uids }: GuardSettings) {
  const self = { pid: process.pid, startTicks: '', workspaces, uids, cgroups: [], spared: [] };
  return [self, ...readRunning(controls)];
}

/** Workers that are gone without having ended in order: what they ran is ended, and their line goes when nothing of it is left. */
async function endOrphans(ender: Ender, { controls }: GuardSettings): Promise<readonly string[]> {
  const gone = readRunning(controls).filter((line) => !isRunning(line));
  if (gone.length === 0) return [];
  const found = await ender.endOrphans(gone);
  if (found.length === 0) for (const line of gone) forgetRunning(controls, line);
  return found;
}

/** In the words of the trail: the brain records it when it hears of it. */
function toJournal({ event, stop, halted }: Happened) {
  const { id = '', at = '', reason = '', by = '', mode } = stop;
  if (event === 'stopped') {
    return { event: trailEvent.emergencyStop, summary: stopWords(stop), data: { stop: id, at, reason, by, mode } };
  }
  const { sandboxes, milliseconds = 0 } = halted;
  const summary = `${sandboxes} sandboxes ended in ${milliseconds} ms under ${id}`;
  return { event: trailEvent.emergencyStopDone, summary, data: { stop: id, sandboxes, milliseconds } };
}

/**
 * The role `guard`: ends what runs while a stop stands, whatever the workers do (spec K1). No Temporal, no YAML, no logger: it has to stay small and
 * start where nothing else does. As the account of the hands, or it could not kill.
 */
export async function runGuard(configFile: string | undefined): Promise<void> {
  // Rather a little slower than large: while a stop stands it reads much of /proc fifty times a second, and V8 would keep 30 MB for what that leaves.
  setFlagsFromString('--optimize-for-size');
  const settings = loadSettings(configFile);
  const { controls, host } = settings;
  assertAccountOfHands(controls);
  const before = readGuard(controls, Date.now());
  if (before?.state === 'alive')
    throw new JanusError('CONFLICT', `a guard of this vessel runs already: pid ${before.pid}`, { next: 'stop the other one first' });
  try {
    // A host that is too busy for anything else is what it is for.
    setPriority(-10);
  } catch {
    // Only root may.
  }
  const files = stopFilesOf(settings);
  const egress = createEgressClient(settings.egressControl);
  const ender = createEnder();
  const page = openGuardPage(controls);
  const journal = openJournal(join(controls, 'journal'), 'guard');
  page.write(before?.halted);
  const stopping = new AbortController();
  const notice = openServiceNotice({ env: process.env });
  const stop = () => {
    notice.stopping('guard watches no more');
    stopping.abort();
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, stop);
  const write = (line: object) => void process.stdout.write(`${JSON.stringify(line)}\n`);
  write({ ready: true, role: 'guard', host, watches: files.file });
  notice.ready(`guard watches ${files.file}`);
  await keepWatch(
    {
      readStop: () => readStop(files),
      watch: (changed) => watchSwitch(files.file, changed),
      notice: () => noticeStop(files, { by: 'guard', reason: '' }),
      end: () => ender.end(() => placesOf(settings)),
      endOrphans: () => endOrphans(ender, settings),
      closeEgress: () => egress.closeAll(),
      record: (happened) => journal.append(toJournal(happened)),
      show: (halted) => page.write(halted),
      beat: () => page.beat(),
      say: (words) => write({ guard: words }),
      monotonic: () => performance.now(),
    },
    stopping.signal,
    before?.halted?.stop,
  );
}
