import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { createLogger, forTemporal } from '../../../src/adapters/log/create-logger.js';
import { useFolders } from '../../support/folders.js';

const folder = useFolders();
let shown: string[];
beforeEach(() => {
  shown = [];
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => shown.push(String(text)) > 0);
});
afterEach(() => {
  jest.restoreAllMocks();
});

const open = (options: Partial<Parameters<typeof createLogger>[0]> = {}) =>
  createLogger({ vesselName: 'balaur', verbose: false, journal: false, ...options });
const parsed = (line: string) => JSON.parse(line) as Record<string, unknown>;

it("writes the seed's keys to stderr and to a file whose folder it makes (spec L1, O1)", () => {
  const file = join(folder(), 'deep', 'agent.log');
  open({ file }).warn({ event_type: 'notifier', error: new Error('why') }, 'what happened');
  const [line] = shown;
  expect(parsed(line!)).toEqual({
    level: 'warn',
    timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    vessel_id: 'balaur',
    event_type: 'notifier',
    error: expect.objectContaining({ message: 'why', stack: expect.stringContaining('Error: why') }),
    summary: 'what happened',
  });
  expect(readFileSync(file, 'utf8')).toBe(line);
});

it('is one line, whatever it is told', () => {
  open().info({ text: 'a\nb\u2028c' }, 'first\nsecond');
  expect(shown).toHaveLength(1);
  expect(shown[0]!.trimEnd()).not.toContain('\n');
  expect(parsed(shown[0]!)['summary']).toBe('first\nsecond');
});

it.each([
  ['fatal', '<2>'],
  ['error', '<3>'],
  ['warn', '<4>'],
  ['info', '<6>'],
  ['debug', '<7>'],
] as const)('tells the journal the priority of %s', (level, prefix) => {
  const file = join(folder(), 'agent.log');
  open({ journal: true, verbose: true, file })[level]({ level_text: '"level":"fatal"' }, 'text');
  expect(shown[0]!.slice(0, 4)).toBe(`${prefix}{`);
  expect(parsed(shown[0]!.slice(3))['level']).toBe(level);
  expect(readFileSync(file, 'utf8')).toBe(shown[0]!.slice(3));
});

it('says more only when it is verbose', () => {
  open().debug('quiet');
  expect(shown).toEqual([]);
  open({ verbose: true }).debug('loud');
  expect(shown).toHaveLength(1);
});

it("takes Temporal's lines in, with their fields and without the rest (spec O1)", () => {
  const logger = forTemporal(open({ verbose: true }));
  logger.log('WARN', 'by level', { taskQueue: 'q', workflowId: 'w', nativeThing: 'dropped' });
  logger.error('an error', { error: new Error('why') });
  logger.trace('too fine');
  expect(shown.map(parsed)).toEqual([
    expect.objectContaining({ level: 'warn', event_type: 'temporal', summary: 'by level', taskQueue: 'q', workflowId: 'w' }),
    expect.objectContaining({ level: 'error', summary: 'an error', error: expect.objectContaining({ message: 'why' }) }),
  ]);
  expect(shown[0]).not.toContain('dropped');
});

it('goes on in the file that bears the name now, without a signal: rotation renames it', () => {
  let now = 1_000_000;
  jest.spyOn(Date, 'now').mockImplementation(() => now);
  const file = join(folder(), 'agent.log');
  const logger = open({ file });
  logger.info('one');
  renameSync(file, `${file}-20260102`);
  writeFileSync(file, '', { mode: 0o660 });
  // Within a second nobody looks: the line is where those before it are.
  now += 900;
  logger.info('two');
  now += 200;
  logger.info('three');
  const summaries = (name: string) =>
    readFileSync(name, 'utf8')
      .trim()
      .split('\n')
      .map((line) => parsed(line)['summary']);
  expect([summaries(`${file}-20260102`), summaries(file)]).toEqual([['one', 'two'], ['three']]);
});

it('leaves it to whoever rotates to make the new file, and makes one itself where nobody does', () => {
  let now = 1_000_000;
  jest.spyOn(Date, 'now').mockImplementation(() => now);
  const file = join(folder(), 'agent.log');
  const logger = open({ file });
  renameSync(file, `${file}.1`);
  now += 1_100;
  logger.info('between');
  now += 1_100;
  logger.info('after');
  expect(parsed(readFileSync(`${file}.1`, 'utf8'))['summary']).toBe('between');
  expect(parsed(readFileSync(file, 'utf8'))['summary']).toBe('after');
});
