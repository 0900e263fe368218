import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { KeyboardInput } from '../../../src/cli/terminal/keyboard.js';
import { createKeyboard } from '../../../src/cli/terminal/keyboard.js';

class FakeTerminal extends PassThrough {
  readonly modes: boolean[] = [];
  setRawMode(on: boolean) {
    this.modes.push(on);
    return this;
  }
}

function open() {
  const terminal = new FakeTerminal();
  const ending = new AbortController();
  const screen = {
    text: '',
    write: (text: string) => (screen.text += text),
    on: () => screen,
    off: () => screen,
    removeListener: () => screen,
  };
  const input: KeyboardInput = terminal;
  return { terminal, ending, screen, keyboard: createKeyboard({ input, output: screen, signal: ending.signal, settleMilliseconds: 60 }) };
}

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

describe('one key (spec U2)', () => {
  it('that the terminal held back until the question was about to be shown answers nothing', async () => {
    const { terminal, screen, keyboard } = open();
    const key = keyboard.key('? ');
    await jest.advanceTimersByTimeAsync(50);
    terminal.write('a');
    await jest.advanceTimersByTimeAsync(5);
    expect(screen.text).toBe('');
    await jest.advanceTimersByTimeAsync(20);
    expect(screen.text).toBe('? ');
    terminal.write('s');
    expect(await key).toBe('s');
    expect(screen.text).toBe('? s\n');
  });

  it.each([
    { name: 'a key', end: ({ terminal }: ReturnType<typeof open>) => terminal.write('q') },
    { name: 'Ctrl-C', end: ({ terminal }: ReturnType<typeof open>) => terminal.write('\u0003') },
    { name: 'the end of the input', end: ({ terminal }: ReturnType<typeof open>) => terminal.end() },
    { name: 'an interruption', end: ({ ending }: ReturnType<typeof open>) => ending.abort(new Error('over')) },
  ])('leaves raw mode after $name, and listens no longer', async ({ end }) => {
    const opened = open();
    const key = opened.keyboard.key('? ').catch((error: Error) => error);
    await jest.advanceTimersByTimeAsync(60);
    end(opened);
    await jest.advanceTimersByTimeAsync(0);
    await key;
    expect([opened.terminal.modes, opened.terminal.listenerCount('data')]).toEqual([[true, false], 0]);
  });

  it('what is asked after the end was asked for is not asked', async () => {
    const { ending, screen, keyboard } = open();
    ending.abort(new Error('over'));
    await expect(keyboard.key('? ')).rejects.toThrow('over');
    await jest.advanceTimersByTimeAsync(100);
    expect(screen.text).toBe('');
  });

  it('is shown only where it can be seen', async () => {
    const { terminal, screen, keyboard } = open();
    const key = keyboard.key('? ');
    await jest.advanceTimersByTimeAsync(60);
    terminal.write('\u001b[2J');
    await key;
    expect(screen.text).toBe('? \n');
  });
});

describe('one line', () => {
  const asked = async () => {
    const opened = open();
    const line = opened.keyboard.line('Why').catch((error: Error) => error);
    await jest.advanceTimersByTimeAsync(0);
    return { ...opened, line };
  };

  it('is what was typed before Enter, echoed and trimmed', async () => {
    const { terminal, screen, line } = await asked();
    terminal.write(' too lat\u007fte ');
    terminal.write('\r');
    expect(await line).toBe('too late');
    expect(screen.text).toContain('Why: ');
    expect(screen.text).toContain('too lat');
  });

  it.each<[string, (opened: ReturnType<typeof open>) => unknown, unknown]>([
    ['Enter alone is no answer', ({ terminal }) => terminal.write('\r'), ''],
    ['Escape gives it up', ({ terminal }) => terminal.write('seen\u001b'), ''],
    ['Ctrl-C ends it', ({ terminal }) => terminal.write('seen\u0003'), expect.objectContaining({ code: 'INTERRUPTED' })],
    ['Ctrl-D closes it', ({ terminal }) => terminal.write('\u0004'), expect.objectContaining({ code: 'USAGE' })],
    ['the end of the input closes it', ({ terminal }) => terminal.end('seen'), expect.objectContaining({ code: 'USAGE' })],
    ['an interruption ends it', ({ ending }) => ending.abort(new Error('over')), expect.objectContaining({ message: 'over' })],
  ])('%s, and the terminal is left as it was', async (_, end, answer) => {
    const { line, ...opened } = await asked();
    end(opened);
    await jest.advanceTimersByTimeAsync(100);
    expect(await line).toEqual(answer);
    expect(opened.terminal.modes.at(-1)).toBe(false);
    expect([opened.screen.text.endsWith('\n'), opened.terminal.isPaused()]).toEqual([true, true]);
  });

  it('what is asked after the end was asked for is not answered', async () => {
    const { ending, keyboard } = open();
    ending.abort(new Error('over'));
    await expect(keyboard.line('Why')).rejects.toThrow('over');
  });
});
