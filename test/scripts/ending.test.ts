import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { createInterruption } from '../../scripts/lib/interruption.mjs';
import { preparation } from '../../scripts/lib/start/first-run.mjs';
import { useFolders } from '../support/folders.js';
import { soon } from '../support/soon.js';

const folder = useFolders();
const lib = (name: string) => JSON.stringify(new URL(`../../scripts/lib/${name}.mjs`, import.meta.url).href);

/** Runs a script whose `run` starts a program that starts another; resolves when both are there. */
async function aScriptAtWork() {
  const [file, pidFile] = [join(folder(), 'script.mjs'), join(folder(), 'pid')];
  writeFileSync(
    file,
    `import { main, step } from ${lib('say')}; import { run } from ${lib('run')};
     await main(() => step('waiting', () => run('/bin/sh', ['-c', 'sleep 600 & echo $! > ${pidFile}; wait'])));`,
  );
  const child = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk) => (said += String(chunk)));
  const closed = once(child, 'close');
  await soon(() => existsSync(pidFile) && readFileSync(pidFile, 'utf8').endsWith('\n'));
  return { child, closed, pid: readFileSync(pidFile, 'utf8').trim(), said: () => said };
}

describe('a script that is told to stop', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('by %s ends what it has started, to the last, with one sentence', async (signal, code) => {
    const { child, closed, pid, said } = await aScriptAtWork();
    child.kill(signal);
    expect(await closed).toEqual([code, null]);
    expect(said()).toBe('stopped; whatever it had started is ended\n');
    await soon(() => !existsSync(`/proc/${pid}`));
  });

  it('stands in the place of the shell of npm, or a signal to npm would end that shell alone', () => {
    const { scripts } = JSON.parse(readFileSync(fileURLToPath(new URL('../../package.json', import.meta.url)), 'utf8')) as {
      scripts: Record<string, string>;
    };
    const others = Object.entries(scripts).filter(([, line]) => line.includes('scripts/') && !/^exec node scripts\/[\w-]+\.mjs/.test(line));
    expect([others, scripts['start']]).toEqual([[], 'exec node scripts/start.mjs']);
  });
});

describe('nobody who reads', () => {
  const aPipe = () => {
    const [source, output] = [new EventEmitter(), new EventEmitter()];
    return { source, output, interruption: createInterruption(source as never, [output] as never) };
  };
  const fails = (output: EventEmitter, code: string) => output.emit('error', Object.assign(new Error(code), { code }));

  it.each(['EPIPE', 'EIO'])('is a wish to stop (%s), with the exit code of SIGPIPE', (code) => {
    const { output, interruption } = aPipe();
    fails(output, code);
    expect([interruption.code, interruption.signal.aborted]).toEqual([141, true]);
  });

  it('and Ctrl-C, which ended the reader as well, is Ctrl-C', () => {
    const { source, output, interruption } = aPipe();
    fails(output, 'EPIPE');
    source.emit('SIGINT');
    source.emit('SIGTERM');
    expect(interruption.code).toBe(130);
  });

  it('any other failure to write ends nothing', () => {
    const { output, interruption } = aPipe();
    fails(output, 'ENOSPC');
    expect(interruption.signal.aborted).toBe(false);
  });
});

describe('what npm start says that it will fetch', () => {
  const task = (what: string, seconds: number, fetched: boolean, done = false) => ({ what, seconds, fetched, isDone: () => done });

  it('is everything that is not there, and for about how long', () => {
    expect(preparation([task('packages (200 MB)', 30, true), task('Temporal (45 MB)', 5, true), task('x', 20, false)])).toBe(
      'fetches packages (200 MB), Temporal (45 MB), then builds: about a minute; next time nothing of this is needed',
    );
    expect(preparation([task('packages', 30, true, true), task('x', 20, false)])).toMatch(/^builds: about 20 seconds;/);
  });

  it('is nothing where all is there', () => {
    expect(preparation([task('packages', 30, true, true)])).toBeUndefined();
  });
});
