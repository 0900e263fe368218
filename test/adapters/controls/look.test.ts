import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processesWith } from '../../support/sandbox/processes.js';
import { until } from '../../support/until.js';
import { areAbsent, lookAside, lookInTime } from '../../../src/adapters/controls/look.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'janus-look-'));
});
afterEach(() => {
  jest.useRealTimers();
  rmSync(folder, { recursive: true, force: true });
});
const at = (name: string) => join(folder, name);
const gone = Object.assign(new Error('gone'), { code: 'ENOENT' });
const pair = (name = 'switch') => [at(name), at('mark')] as const;

describe('a look whether nothing is there (spec K1)', () => {
  it('believes the kernel where it says so of every path, and nothing else', async () => {
    expect(await areAbsent(pair())).toBe(true);
    symlinkSync(at('nowhere'), at('mark'));
    expect(await areAbsent(pair())).toBe(false);
    rmSync(at('mark'));
    writeFileSync(at('file'), '');
    expect(await areAbsent(pair('file/switch'))).toBe(false);
    expect(await areAbsent(pair())).toBe(true);
  });

  it('leaves it to the others where one of them looks, and takes its turn among them', async () => {
    let answer = () => undefined as void;
    const other = lookInTime(at('mark'), () => new Promise<void>((resolve) => (answer = resolve)));
    expect(await areAbsent(pair())).toBe(false);
    answer();
    await other;
    const answers = new Map<string, (error: NodeJS.ErrnoException) => void>();
    const quiet = areAbsent(pair(), (path, answered) => answers.set(path, answered));
    const seen = jest.fn(() => Promise.resolve());
    const later = lookInTime(at('mark'), seen);
    await new Promise(setImmediate);
    expect(seen).not.toHaveBeenCalled();
    answers.get(at('mark'))?.(gone);
    await later;
    expect(seen).toHaveBeenCalledTimes(1);
    answers.get(at('switch'))?.(gone);
    expect(await quiet).toBe(true);
  });

  it('is no sign of quiet when a disk does not answer; who looks there then hears it at once', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask'] });
    const answers = new Map<string, (error: NodeJS.ErrnoException) => void>();
    const look = areAbsent(pair(), (path, answer) => answers.set(path, answer));
    answers.get(at('mark'))?.(gone);
    await jest.advanceTimersByTimeAsync(5_001);
    expect(await look).toBe(false);
    const seen = jest.fn(() => Promise.resolve());
    await expect(lookInTime(at('switch'), seen)).rejects.toMatchObject({ code: 'no answer' });
    expect(seen).not.toHaveBeenCalled();
    await lookInTime(at('mark'), seen);
    expect(await areAbsent(pair())).toBe(false);
    answers.get(at('switch'))?.(gone);
    jest.useRealTimers();
    expect(await areAbsent(pair())).toBe(true);
  });
});

describe('a look of a program that people wait for (spec K1)', () => {
  it('is made by a process of its own first, and by no other where that one hears nothing', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask'] });
    const asking = lookAside(at('switch'), 'exec sleep 86398');
    await jest.advanceTimersByTimeAsync(5_001);
    expect(await asking).toBe(false);
    const seen = jest.fn(() => Promise.resolve());
    await expect(lookInTime(at('switch'), seen)).rejects.toMatchObject({ code: 'no answer' });
    expect(seen).not.toHaveBeenCalled();
    jest.useRealTimers();
    await until('it is ended', () => (processesWith('sleep 86398').length === 0 ? true : undefined));
  });

  it('follows as soon as the other one was answered, whatever it was told', async () => {
    expect(await lookAside(at('switch'), 'exit 7')).toBe(true);
    expect(await lookAside(at('switch'))).toBe(true);
    expect(await areAbsent(pair())).toBe(true);
    symlinkSync(at('nowhere'), at('switch'));
    expect(await lookAside(at('switch'))).toBe(true);
    expect(await areAbsent(pair())).toBe(false);
  });
});
