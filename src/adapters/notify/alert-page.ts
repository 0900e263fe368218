import { dirname } from 'node:path';
import { readFile } from 'node:fs/promises';
import type { Alert } from '../../domain/trail/alert.js';
import { makeFolder, replaceFile } from '../files/durable.js';
import { openPage, readPage } from '../files/page.js';
import type { TellAlert } from './alert.js';
import { keepLooking } from './follow-records.js';

/** Some forty alerts; the oldest make way. */
const bytes = 16_384;
const alertsMax = 64;

/** The newest last. */
interface Written {
  readonly alerts: readonly (Omit<Alert, 'at'> & { readonly at: string })[];
}

const isText = (value: unknown): value is string => typeof value === 'string';

function parseAlerts(value: unknown): Alert[] | undefined {
  const { alerts } = value as Written;
  if (!Array.isArray(alerts)) return undefined;
  return (alerts as (Partial<Written['alerts'][number]> | null)[]).flatMap((each) => {
    const { event, eventId, summary, command, at = '' } = each ?? {};
    const isWhole = isText(event) && isText(eventId) && isText(summary) && isText(command) && !Number.isNaN(Date.parse(at));
    return isWhole ? [{ event, eventId, summary, command, at: new Date(at) }] : [];
  });
}

/** Where a brain leaves to another process what stands in no log. */
export const alertPageIn = (state: string): string => `${state}/alerts.json`;

/**
 * What stands in no log, left to whoever tells people. A page, so that a full disk, which is told by it, can be told; what a brain before this one left
 * stays on it.
 */
export function openAlertPage(file: string): { readonly tell: TellAlert } {
  const page = openPage<Written>(file, {
    bytes,
    mode: 0o640,
    shorten: ({ alerts }) => (alerts.length === 0 ? undefined : { alerts: alerts.slice(1) }),
  });
  let left: readonly Alert[] = readPage(file, parseAlerts) ?? [];
  const write = () => page.write({ alerts: left.map((alert) => ({ ...alert, at: alert.at.toISOString() })) });
  // At once: it has its place on the disk before that is full.
  write();
  return {
    tell: async (alert) => {
      left = [...left.filter(({ eventId }) => eventId !== alert.eventId), alert].slice(-alertsMax);
      write();
    },
  };
}

/** Undefined where there is no page yet. */
export const readAlertPage = (page: string): readonly Alert[] | undefined => readPage(page, parseAlerts);

export interface AlertFollowing {
  /** Where to look for changes. */
  readonly file: string;
  /** All that stand, each time. */
  readonly alerts: () => readonly Alert[] | undefined;
  /** Which of them were told. */
  readonly toldFile: string;
  readonly pollMilliseconds?: number;
  readonly onError: (error: unknown) => void;
  readonly onLooked: () => void;
}

async function readTold(file: string): Promise<Set<string>> {
  try {
    return new Set(JSON.parse(await readFile(file, 'utf8')) as string[]);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Set();
    throw error;
  }
}

async function keepTold(file: string, told: ReadonlySet<string>): Promise<void> {
  await makeFolder(dirname(file), 0o700);
  await replaceFile(file, JSON.stringify([...told]), { mode: 0o640 });
}

/** Tells each of the alerts once, also over a restart of whoever wrote them, or of this process. `tell` never rejects. */
export function followAlerts({ alerts: standing, toldFile, ...looking }: AlertFollowing, tell: TellAlert): { close(): Promise<void> } {
  let told: Set<string> | undefined;
  let isKept = true;
  const look = async () => {
    told ??= await readTold(toldFile);
    const alerts = standing();
    if (alerts === undefined) return;
    for (const alert of alerts) {
      if (follower.isClosed()) break;
      if (told.has(alert.eventId)) continue;
      await tell(alert);
      told.add(alert.eventId);
      isKept = false;
    }
    if (isKept) return;
    // What no longer stands cannot be told again.
    const there = new Set(alerts.map(({ eventId }) => eventId));
    told = new Set([...told].filter((id) => there.has(id)));
    await keepTold(toldFile, told);
    isKept = true;
  };
  const follower = keepLooking(look, looking);
  return { close: follower.close };
}
