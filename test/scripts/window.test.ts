import { PassThrough } from 'node:stream';
import { describe, expect, it, jest } from '@jest/globals';
import { openWindow, pressedKeys } from '../../scripts/lib/start/window.mjs';
import { isFinal } from '../../src/domain/action/status.js';

const id = 'janus-0123456789ab';
const aProposal = { id, waits: true, needsPersons: false };

/** A window, the keys that are pressed once the first proposal is there, and what it says. */
async function played(
  keys: string,
  {
    proposal = aProposal,
    change = {},
    between = {},
  }: { proposal?: typeof aProposal | null; change?: Partial<Steps>; between?: Between } = {},
) {
  const said: string[] = [];
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((text) => said.push(String(text)) > 0);
  const done: string[] = [];
  const noting = (what: string) => async (given: string | { id: string }) =>
    void done.push(`${what} ${typeof given === 'string' ? given : given.id}`);
  const steps: Steps = {
    announce: async (name) => (
      done.push(`propose ${name}`),
      name === 'disk-report' ? (proposal ?? undefined) : { ...aProposal, id: `janus-${name}` }
    ),
    approve: noting('approve'),
    reject: noting('reject'),
    view: noting('view'),
    kill: noting('kill'),
    stop: async () => void done.push('stop'),
    ...change,
  };
  const window = openWindow({ steps, isFinal });
  async function* pressed() {
    for (const [at, key] of [...keys].entries()) {
      for (const each of between[at] ?? []) window.onChange(each);
      yield key;
    }
  }
  try {
    await window.serve(pressed());
  } finally {
    write.mockRestore();
  }
  return { text: said.join(''), done: done.slice(1), window };
}

type Change = { id: string; status: string; summary: string };
type Between = Readonly<Record<number, readonly Change[]>>;
interface Steps {
  announce(name: string): Promise<typeof aProposal | undefined>;
  approve(id: string): Promise<unknown>;
  reject(id: string): Promise<unknown>;
  view(id: string): Promise<unknown>;
  kill(proposal: { id: string }): Promise<unknown>;
  stop(): Promise<unknown>;
}
const approved = { id, status: 'approved', summary: 'approved by ana' };
const completed = { id, status: 'completed', summary: 'every check passed' };

describe('the window of npm start', () => {
  it('offers keys for what waits, and does what they say', async () => {
    const { text, done } = await played('vrq');
    expect(text).toContain(`Approve it here   press a`);
    expect(done).toEqual([`view ${id}`, `reject ${id}`]);
  });

  it('offers no key for a decision where nothing waits', async () => {
    const { text } = await played('q', { proposal: null });
    expect(text).not.toContain('press a');
    expect(text).toContain('f one that fails');
  });

  it.each(['a', 'r'])('says what can be done where nothing waits for %s', async (key) => {
    const { text, done } = await played(`${key}q`, { proposal: null });
    expect([text.includes('f proposes one that fails, k one that survives'), done]).toEqual([true, []]);
  });

  it('shows what was decided elsewhere, and takes it no longer for waiting', async () => {
    const { text, done } = await played('aq', { between: { 0: [approved, completed] } });
    expect(text).toContain(`elsewhere  ${id} approved: approved by ana\n`);
    expect(text).toContain(`elsewhere  ${id} completed: every check passed\n`);
    expect([text.includes('nothing of the demonstration waits to be approved'), done]).toEqual([true, []]);
  });

  it('shows what others propose', async () => {
    const change = { id: 'janus-ba9876543210', status: 'proposed', summary: 'log_rotation' };
    expect((await played('q', { between: { 0: [change] } })).text).toContain('elsewhere  janus-ba9876543210 proposed: log_rotation');
  });

  it('does not call elsewhere what its own keys do', async () => {
    const { text } = await played('aq', { between: { 1: [approved, completed] } });
    expect(text).not.toContain('elsewhere  janus');
  });

  it('what could not be decided still waits', async () => {
    const refused = Object.assign(new Error('the server is gone'), { next: 'npm start' });
    const { text, done } = await played('avq', { change: { approve: () => Promise.reject(refused) } });
    expect(text).toContain('✗ the server is gone\n  next: npm start\n');
    expect(done).toEqual([`view ${id}`]);
  });

  it.each(['a', 'r', 'f'])('with keys enrolled %s decides nothing: a person is told the command', async (key) => {
    const needsPersons = { ...aProposal, needsPersons: true };
    const { text, done } = await played(`${key}q`, { proposal: needsPersons, change: { announce: async () => needsPersons } });
    expect(text).not.toContain('press a');
    expect(text.split(`ubos approve ${id}\n`)).toHaveLength(3);
    expect(text).toContain(`ubos reject ${id} --reason TEXT`);
    expect(done).toEqual([]);
  });
});

describe('keys of a terminal', () => {
  const terminal = () => Object.assign(new PassThrough(), { raw: [] as boolean[], setRawMode: (on: boolean) => raw.push(on) });
  const raw: boolean[] = [];

  it('come one by one, in their order, an arrow as one; Ctrl-C is heard while another one is at work', async () => {
    const stdin = terminal();
    let interrupted = 0;
    const keys = pressedKeys(stdin, { signal: new AbortController().signal, onInterrupt: () => (interrupted += 1) });
    const first = keys.next();
    stdin.write('av');
    expect(await first).toMatchObject({ value: 'a' });
    stdin.write('\u001b[A');
    stdin.write('\u0003');
    expect(await keys.next()).toMatchObject({ value: 'v' });
    expect(await keys.next()).toMatchObject({ value: '\u001b[A' });
    expect(interrupted).toBe(1);
    await keys.return(undefined);
    expect(raw).toEqual([true, false]);
  });

  it('q when somebody else says stop, or the terminal goes away', async () => {
    const stop = new AbortController();
    const keys = pressedKeys(terminal(), { signal: stop.signal, onInterrupt: () => undefined });
    const next = keys.next();
    stop.abort();
    expect(await next).toMatchObject({ value: 'q' });
  });
});
