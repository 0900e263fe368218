import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { TellAlert } from '../../adapters/notify/alert.js';
import { createAlert } from '../../adapters/notify/alert.js';
import { alertPageIn, followAlerts, openAlertPage, readAlertPage } from '../../adapters/notify/alert-page.js';
import { readRestarts, restartsFolder } from '../../adapters/systemd/restarts.js';
import type { JanusConfig } from '../../config/config.js';
import { crashLoopsIn, toLoopAlert } from '../../domain/health/restarts.js';
import { wireCommsHub } from './comms-hub.js';
import type { Alert } from '../../domain/trail/alert.js';
import { wireMissionLines } from './mission-lines.js';
import type { Cursors, NotifierContext } from './notifier.js';
import { followingOf, wireMissionAlerts, wireNotifier, wireScript } from './notifier.js';

type Surroundings = Pick<NotifierContext, 'logger' | 'vitals'>;

interface Follower {
  close(): Promise<void>;
}

/** How people are told: what stands in the trail by those who follow it, what stands in no log by `tell`, which never rejects. */
export interface Telling {
  readonly tell: TellAlert;
  /** From then on the logs are followed. */
  readonly follow: () => readonly Follower[];
}

const cursorIn = (folder: string, name: string) => join(folder, `${name}.cursor`);

/** Of the brain. What keeps queue and lines where another process tells begins where the one that did all of it ended. */
const brainCursors =
  (state: string): Cursors =>
  (name) => {
    const before = { queue: 'notifier', 'mission-lines': 'mission-alerts' }[name as string];
    return { cursorFile: cursorIn(state, name), ...(before !== undefined && { startsFrom: cursorIn(state, before) }) };
  };

/** Script and hub, told by this process. */
function wirePeople(config: JanusConfig, context: NotifierContext) {
  const notify = wireScript(config, context.logger, context.vitals);
  const hub = wireCommsHub(config, context);
  const script = createAlert(notify, config.vesselName);
  const tell: TellAlert = async (alert) => {
    await hub?.tell(alert);
    await script(alert);
  };
  return { notify, tell, followers: () => [wireMissionAlerts(config, context, notify), ...(hub === undefined ? [] : [hub.follow()])] };
}

/** Where one process does everything (`--role all`). */
export function tellHere(config: JanusConfig, surroundings: Surroundings): Telling {
  const { approvalQueue: approvalQueueFile, state } = config.paths;
  const context = { ...surroundings, cursors: brainCursors(state) };
  const { notify, tell, followers } = wirePeople(config, context);
  return {
    tell,
    follow: () => [wireNotifier(config, context, { approvalQueueFile, notify }), wireMissionLines(config, context), ...followers()],
  };
}

/** Of a brain whose people are told by the role `notifier`: that reads the trail, and here is left what stands in no log. */
export function tellByNotifier(config: JanusConfig, surroundings: Surroundings): Telling {
  const { approvalQueue: approvalQueueFile, state } = config.paths;
  const context = { ...surroundings, cursors: brainCursors(state) };
  return {
    tell: openAlertPage(alertPageIn(state)).tell,
    follow: () => [wireNotifier(config, context, { name: 'queue', approvalQueueFile }), wireMissionLines(config, context)],
  };
}

/** Of units that end again and again: a brain that does cannot say so itself. */
function loopAlerts(): Alert[] {
  return crashLoopsIn(readRestarts(), Date.now()).map(toLoopAlert);
}

/** Of the role `notifier`, in a folder that it alone writes. */
export function wireTelling(config: JanusConfig, folder: string, surroundings: Surroundings): readonly Follower[] {
  const { state } = config.paths;
  const cursors: Cursors = (name) => ({ cursorFile: cursorIn(folder, name), startsFrom: cursorIn(state, name) });
  const context = { ...surroundings, cursors };
  const { notify, tell, followers } = wirePeople(config, context);
  const following = (file: string, name: string) => {
    const { onError, onLooked } = followingOf(file, context);
    return { file, toldFile: join(folder, `${name}.told`), onError, onLooked };
  };
  const page = alertPageIn(state);
  return [
    wireNotifier(config, context, { notify }),
    ...followers(),
    followAlerts({ ...following(page, 'alerts'), alerts: () => readAlertPage(page) }, tell),
    ...(existsSync(restartsFolder)
      ? [followAlerts({ ...following(join(restartsFolder, 'any'), 'crash-loops'), alerts: loopAlerts }, tell)]
      : []),
  ];
}
