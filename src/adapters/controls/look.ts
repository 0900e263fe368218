import { spawn } from 'node:child_process';
import { lstat } from 'node:fs';

/**
 * So long is waited for an answer of the disk: a mount whose server is gone never gives one. Long enough for a look that waits behind the syncs of
 * a busy disk, since a stop ends what runs.
 */
const answerMilliseconds = 5_000;

/** One that is under way, and whether it has been given up. A look that hangs holds a thread of the pool, and there are four. */
interface Look {
  readonly turn: Promise<unknown>;
  isGivenUp: boolean;
}

type See = (path: string, answer: (error: NodeJS.ErrnoException | null) => void) => void;

const underWay = new Map<string, Look>();

const noAnswer = (path: string) => Object.assign(new Error(`${path} does not answer`), { code: 'no answer' });

/**
 * Looks at a path, one look at a time, and never one that began before it was asked for. Rejects with the code `no answer` after five seconds, and at
 * once while an earlier look hangs: the event loop is never held.
 */
export async function lookInTime<T>(path: string, look: () => Promise<T>): Promise<T> {
  const before = underWay.get(path);
  if (before?.isGivenUp === true) throw noAnswer(path);
  const turn = (before?.turn ?? Promise.resolve()).then(look, look);
  const mine = { turn, isGivenUp: false };
  underWay.set(path, mine);
  const forget = () => {
    if (underWay.get(path) === mine) underWay.delete(path);
  };
  turn.then(forget, forget);
  let timer: NodeJS.Timeout | undefined;
  try {
    return await Promise.race([
      turn,
      new Promise<never>((_, reject) => {
        // Behind an event loop that was held up the answer may be there, and not yet read: timers come first.
        timer = setTimeout(() => setImmediate(() => reject(noAnswer(path))), answerMilliseconds);
      }),
    ]);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'no answer') mine.isGivenUp = true;
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Before a program that people wait for looks at a path itself: whether that answers, as a process of its own finds out. A look that hangs holds its
 * process until the mount is gone, whoever ends it. Where the other one hears nothing within five seconds, no look of this process begins: each
 * is unanswered at once. Never rejects.
 */
export function lookAside(path: string, script = 'test -L "$1"'): Promise<boolean> {
  const child = spawn('/bin/sh', ['-c', script, 'sh', path], { stdio: 'ignore' });
  return new Promise((resolve) => {
    const end = (isAnswered: boolean) => {
      clearTimeout(timer);
      if (isAnswered) underWay.delete(path);
      else underWay.set(path, { turn: new Promise(() => undefined), isGivenUp: true });
      resolve(isAnswered);
    };
    const timer = setTimeout(() => {
      child.removeAllListeners('exit');
      child.kill('SIGKILL');
      child.unref();
      end(false);
    }, answerMilliseconds);
    child.once('exit', () => end(true));
    // Without a shell there is nobody to ask: the look itself will tell.
    child.once('error', () => end(true));
  });
}

/**
 * Whether the kernel says of every one of these paths that nothing is there: what a quiet host asks twice a second, for ever, in a third of the time that
 * looks by `lookInTime` take. False for whatever else there is, also for no answer within five seconds, or where somebody looks already: then each is
 * to be looked at by itself. Never rejects.
 */
export function areAbsent(paths: readonly string[], see: See = lstat): Promise<boolean> {
  if (paths.some((path) => underWay.has(path))) return Promise.resolve(false);
  return new Promise((resolve) => {
    const unanswered = new Set(paths.map((path) => seeAbsence(path, see, answered)));
    let areGone = true;
    const timer = setTimeout(() => setImmediate(giveUp), answerMilliseconds);
    function answered(look: Look, isGone: boolean) {
      unanswered.delete(look);
      areGone &&= isGone;
      if (unanswered.size > 0) return;
      clearTimeout(timer);
      resolve(areGone);
    }
    function giveUp() {
      for (const look of unanswered) look.isGivenUp = true;
      resolve(false);
    }
  });
}

function seeAbsence(path: string, see: See, answered: (look: Look, isGone: boolean) => void): Look {
  let end = () => undefined as void;
  const look: Look = { turn: new Promise<void>((resolve) => (end = resolve)), isGivenUp: false };
  underWay.set(path, look);
  see(path, (error) => {
    if (underWay.get(path) === look) underWay.delete(path);
    end();
    answered(look, error?.code === 'ENOENT');
  });
  return look;
}
