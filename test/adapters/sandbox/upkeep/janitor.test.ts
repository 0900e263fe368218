import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { ActionState, Janitor, JanitorSettings } from '../../../../src/adapters/sandbox/upkeep/janitor.js';
import { startJanitor } from '../../../../src/adapters/sandbox/upkeep/janitor.js';
import { scratchPrefix } from '../../../../src/adapters/sandbox/workspace/scratch-name.js';
import { recordOperatorRun } from '../../../../src/adapters/sandbox/workspace/operator-workspace.js';
import { useFolders } from '../../../support/folders.js';
import type { Canary } from '../../../support/sandbox/hostile.js';
import { canBeImmutable, hostileShapes, plantCanary } from '../../../support/sandbox/hostile.js';
import { idOf } from '../../../support/trail/ledgers.js';
import { itAsRoot } from '../../../support/root.js';
import { soon } from '../../../support/soon.js';

const folder = useFolders();
const day = 86_400_000;
let root: string;
let canary: Canary;
let states: Map<string, ActionState>;
let lines: { level: string; text: string; event_type: unknown }[];
let janitor: Janitor | undefined;
let days: number;

beforeEach(() => {
  const here = folder();
  canary = plantCanary(here);
  root = join(here, 'workspaces');
  mkdirSync(root);
  states = new Map();
  lines = [];
  days = 8;
});
afterEach(async () => {
  jest.restoreAllMocks();
  await janitor?.close();
});

function start(change: Partial<JanitorSettings> = {}): Janitor {
  const say = (level: string) => (fields: Readonly<Record<string, unknown>>, text: string) =>
    void lines.push({ level, text, event_type: fields['event_type'] });
  janitor = startJanitor({
    workspacesRoot: root,
    retentionDays: 7,
    removes: true,
    stateOf: async (id) => states.get(id) ?? 'unclaimed',
    uids: [],
    log: { info: say('info'), warn: say('warn'), error: say('error') },
    // Nobody can set the time that the janitor goes by, so the clock is.
    now: () => new Date(Date.now() + days * day),
    ...change,
  });
  return janitor;
}

function make(number: number, state: ActionState = 'final'): string {
  const path = join(root, idOf(number));
  mkdirSync(join(path, 'inner'), { recursive: true });
  writeFileSync(join(path, 'inner', 'file'), 'x');
  mkdirSync(`${path}.output`);
  writeFileSync(join(`${path}.output`, 'step-1.stdout'), 'out');
  states.set(idOf(number), state);
  return path;
}

describe('startJanitor (spec X2)', () => {
  it('removes old workspaces and their outputs, and says so', async () => {
    const path = make(1);
    await start().sweep();
    expect(readdirSync(root)).toEqual([]);
    expect(lines).toEqual([
      { level: 'info', text: `removed ${path}`, event_type: 'workspace_removed' },
      { level: 'info', text: `removed ${path}.output`, event_type: 'workspace_removed' },
    ]);
  });

  it('removes what lies in the folder of an account, with the outputs beside it, and keeps that folder', async () => {
    for (const name of ['uid-61999', 'uid-0x1']) mkdirSync(join(root, name));
    renameSync(make(1), join(root, 'uid-61999', idOf(1)));
    await start().sweep();
    expect([readdirSync(root), readdirSync(join(root, 'uid-61999'))]).toEqual([['uid-0x1', 'uid-61999'], []]);
    expect(lines.map(({ text }) => text)).toEqual([`uid-61999/${idOf(1)}`, `${idOf(1)}.output`].map((name) => `removed ${root}/${name}`));
  });

  it.each(['unclaimed', 'running', 'interrupted'] as const)('keeps what is %s, however old', async (state) => {
    make(1, state);
    days = 10_000;
    await start().sweep();
    expect([readdirSync(root), lines]).toEqual([[idOf(1), `${idOf(1)}.output`], []]);
  });

  it('keeps what is younger, to the day', async () => {
    make(1);
    days = 6.99;
    await start().sweep();
    expect(readdirSync(root)).toHaveLength(2);
    days = 7.01;
    await janitor?.sweep();
    expect(readdirSync(root)).toEqual([]);
  });

  it('goes by a time that an action cannot set', async () => {
    const path = make(1);
    utimesSync(path, 0, 0);
    expect(lstatSync(path).mtimeMs).toBe(0);
    days = 1;
    await start().sweep();
    expect(existsSync(path)).toBe(true);
  });

  it('removes nothing where auto_cleanup_enabled is false', async () => {
    make(1);
    await start({ removes: false }).sweep();
    expect(readdirSync(root)).toHaveLength(2);
  });

  it("removes an operator's runs, which no ledger knows", async () => {
    const path = make(1, 'unclaimed');
    recordOperatorRun(`${path}.output`, undefined);
    // An action cannot say so of itself: its own folder is not looked at.
    const pretender = make(2, 'unclaimed');
    recordOperatorRun(pretender, undefined);
    await start().sweep();
    expect(readdirSync(root)).toEqual([idOf(2), `${idOf(2)}.output`]);
  });

  it.each(hostileShapes)('removes $name, and nothing outside', async ({ make: leave, isThere }) => {
    const path = make(1);
    make(2, 'running');
    leave(path, canary.folder);
    expect(isThere(path)).toBe(true);
    await start().sweep();
    expect(readdirSync(root)).toEqual([idOf(2), `${idOf(2)}.output`]);
    canary.check();
  });

  it('touches nothing under another name, and no link or file under its own', async () => {
    const names = ['janus-0123456789AB', 'janus-0123456789ab.outputs', 'janus-0123456789abc', 'notes', '.hidden', 'janus-', 'lost+found'];
    for (const name of names) {
      mkdirSync(join(root, name));
      states.set(name, 'final');
    }
    symlinkSync(canary.folder, join(root, idOf(3)));
    writeFileSync(join(root, idOf(4)), 'a file');
    for (const number of [3, 4]) states.set(idOf(number), 'final');
    const before = readdirSync(root);
    days = 10_000;
    await start().sweep();
    expect([readdirSync(root), lines]).toEqual([before, []]);
    canary.check();
  });

  it('removes the scratch folders of processes that are gone at once, also where their pid is used again, and no other', async () => {
    const mine = `${scratchPrefix()}abcdef`;
    const reused = `scratch-${process.pid}-1-abcdef`;
    const gone = 'scratch-4194399-77-abcdef';
    for (const name of [mine, reused, gone, 'scratch-4194399', 'scratch-4194399-77-ab.cd'])
      mkdirSync(join(root, name, 'workspace'), { recursive: true });
    hostileShapes[0]?.make(join(root, gone, 'workspace'), canary.folder);
    symlinkSync(canary.folder, join(root, 'scratch-4194399-78-abcdef'));
    days = 0;
    await start().sweep();
    expect(readdirSync(root).sort()).toEqual([mine, 'scratch-4194399', 'scratch-4194399-77-ab.cd', 'scratch-4194399-78-abcdef'].sort());
    expect(lines.map(({ text }) => text).sort()).toEqual([gone, reused].map((name) => `removed ${join(root, name)}`).sort());
    canary.check();
  });

  it('keeps scratch folders, too, where auto_cleanup_enabled is false', async () => {
    mkdirSync(join(root, 'scratch-4194399-77-abcdef'));
    await start({ removes: false }).sweep();
    expect(readdirSync(root)).toHaveLength(1);
  });

  it('goes on with what a crash left half removed', async () => {
    mkdirSync(join(root, '.janus-removed-0123456789abcdef', 'workspace', 'deep'), { recursive: true });
    await start().sweep();
    expect(readdirSync(root)).toEqual([]);
    expect(lines).toEqual([expect.objectContaining({ text: expect.stringContaining('half removed') })]);
  });

  it('an error stops neither it nor the others: it is logged', async () => {
    make(1);
    make(2);
    const stateOf = async (id: string): Promise<ActionState> => {
      if (id === idOf(1)) throw Object.assign(new Error('input/output error'), { code: 'EIO' });
      return 'final';
    };
    await start({ stateOf }).sweep();
    expect(readdirSync(root)).toEqual([idOf(1), `${idOf(1)}.output`]);
    expect(lines.filter(({ level }) => level === 'error').map(({ text }) => text)).toEqual([
      `the workspace of ${idOf(1)} could not be removed`,
    ]);
  });

  it('works without a folder to look after, and where it is no folder', async () => {
    rmSync(root, { recursive: true });
    await start().sweep();
    expect(lines).toEqual([]);
    writeFileSync(root, '');
    await janitor?.sweep();
    expect(lines).toEqual([expect.objectContaining({ level: 'error', event_type: 'janitor' })]);
  });

  itAsRoot('names what cannot be removed, and what to type', async () => {
    if (!canBeImmutable(root)) return;
    rmSync(join(root, 'immutable-probe'));
    const path = make(1);
    const file = join(path, 'inner', 'file');
    execFileSync('chattr', ['+i', file]);
    await start().sweep();
    const [hidden = ''] = readdirSync(root).filter((name) => name.startsWith('.janus-removed-'));
    execFileSync('chattr', ['-R', '-i', join(root, hidden)]);
    expect(lines[0]).toMatchObject({ level: 'warn', event_type: 'workspace_not_removed', text: expect.stringContaining('immutable') });
    await janitor?.sweep();
    expect(readdirSync(root)).toEqual([]);
  });

  it('looks again when its time has come, and no more once it is closed', async () => {
    const every = jest.spyOn(globalThis, 'setInterval');
    const never = jest.spyOn(globalThis, 'clearInterval');
    await start({ intervalMilliseconds: 10 }).sweep();
    make(1);
    await soon(() => readdirSync(root).length === 0);
    await janitor?.close();
    expect(every.mock.calls.map(([, milliseconds]) => milliseconds)).toEqual([10]);
    expect(never.mock.calls.map(([timer]) => timer)).toEqual(every.mock.results.map(({ value }) => value));
  });

  it('closing waits for what is being removed, and leaves the rest for later', async () => {
    for (let number = 0; number < 3; number += 1) make(number);
    let asked = () => undefined as void;
    let answer: (state: ActionState) => void = () => undefined;
    const isAsked = new Promise<void>((resolve) => (asked = resolve));
    const looking = start({
      stateOf: () => {
        asked();
        return new Promise((resolve) => (answer = resolve));
      },
    });
    await isAsked;
    let isClosed = false;
    const closing = looking.close().then(() => (isClosed = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect(isClosed).toBe(false);
    answer('final');
    await closing;
    // The one that was being looked at, or not even that.
    expect(readdirSync(root).length).toBeGreaterThanOrEqual(5);
  });
});
