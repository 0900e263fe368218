import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fstatSync, openSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { expect, it } from '@jest/globals';
import { drained, openPipes, openStreams } from '../../../../src/adapters/sandbox/run/pipes.js';
import { useFolders } from '../../../support/folders.js';

const folder = useFolders();

async function start(script: string, input?: string) {
  const here = folder();
  const { stdio, attach } = await openStreams(join(here, 'x.stdin'), input);
  const modes = stdio.map((end) => (end === 'ignore' ? undefined : fstatSync(end)));
  const child = spawn('/bin/sh', ['-c', script], { stdio: [...stdio] });
  attach(child);
  const texts = ['', ''];
  child.stdout!.on('data', (chunk: Buffer) => (texts[0] += chunk.toString()));
  child.stderr!.on('data', (chunk: Buffer) => (texts[1] += chunk.toString()));
  const [code] = (await once(child, 'exit')) as [number];
  await drained(child);
  return { code, texts, modes, left: readdirSync(here) };
}

it('gives pipes to write to, for other accounts too, and nothing to read', async () => {
  const { texts, modes, code } = await start('echo out; echo err > /dev/stderr; cat');
  expect({ texts, code }).toEqual({ texts: ['out\n', 'err\n'], code: 0 });
  expect(modes.slice(1).map((found) => [found!.isFIFO(), found!.mode & 0o777])).toEqual([
    [true, 0o622],
    [true, 0o622],
  ]);
});

it('gives an input that can be opened again, and whose name is gone', async () => {
  const { texts, modes, left } = await start('cat; cat /dev/stdin; cat /dev/stdin', 'given ');
  expect(texts[0]).toBe('given given given ');
  expect(modes[0]!.mode & 0o777).toBe(0o444);
  expect(left).toEqual([]);
});

it('passes on what is read as it comes, to be opened again by name too, and stops when nobody reads', async () => {
  const source = new PassThrough();
  const { stdio, attach, stopFeeding } = await openStreams(join(folder(), 'x.stdin'), source);
  expect(fstatSync(Number(stdio[0])).isFIFO()).toBe(true);
  const child = spawn('/bin/sh', ['-c', 'read first; echo "<$first>"; exec head -n 1 /dev/stdin'], { stdio: [...stdio] });
  attach(child);
  const output = child.stdout!.setEncoding('utf8').iterator() as AsyncIterator<string>;
  source.write('one\n');
  expect((await output.next()).value).toBe('<one>\n');
  source.write('two\nthree\n');
  expect((await output.next()).value).toBe('two\n');
  await once(child, 'exit');
  stopFeeding();
  expect(source.isPaused()).toBe(true);
  expect(source.listenerCount('error')).toBe(0);
});

it('an input that cannot be read is an empty one', async () => {
  const source = new PassThrough();
  const { stdio, attach } = await openStreams(join(folder(), 'x.stdin'), source);
  const child = spawn('/bin/sh', ['-c', 'cat; echo end'], { stdio: [...stdio] });
  attach(child);
  source.destroy(new Error('EISDIR'));
  expect(String(await once(child.stdout!, 'data'))).toBe('end\n');
  await once(child, 'exit');
});

it('serves many at once, each with pipes of its own', async () => {
  const ended = await Promise.all(Array.from({ length: 40 }, (_, index) => start(`echo ${index}; cat`, `input ${index}`)));
  expect(ended.map(({ texts }) => texts[0])).toEqual(ended.map((_, index) => `${index}\ninput ${index}`));
});

it('is drained when the reader gives up', async () => {
  const { stdio, attach } = await openStreams(join(folder(), 'x.stdin'), undefined);
  const child = spawn('/bin/sh', ['-c', 'yes'], { stdio: [...stdio] });
  attach(child);
  child.stdout!.once('data', () => child.stdout!.destroy());
  await once(child, 'exit');
  await drained(child);
  expect(child.stdout!.destroyed).toBe(true);
});

it.each([1, 2, 3, 4, 5, 9])('closes what it has opened where descriptor %i is one too many', (last) => {
  const paths = Array.from({ length: 3 }, (_, index) => join(folder(), String(index)));
  execFileSync('/usr/bin/mkfifo', paths);
  const open: number[] = [];
  const scarce = (path: string, flags: number) => {
    if (open.length + 1 === last) throw Object.assign(new Error('EMFILE'), { code: 'EMFILE' });
    const descriptor = openSync(path, flags);
    open.push(descriptor);
    return descriptor;
  };
  expect(() => openPipes(paths, scarce)).toThrow('EMFILE');
  expect(open).toHaveLength(last - 1);
  for (const descriptor of new Set(open)) expect(() => fstatSync(descriptor)).toThrow('EBADF');
});

it('closes all of it where there is no child to give it to', async () => {
  const { stdio, close } = await openStreams(join(folder(), 'x.stdin'), 'given');
  close();
  for (const end of stdio) expect(() => fstatSync(Number(end))).toThrow('EBADF');
});
