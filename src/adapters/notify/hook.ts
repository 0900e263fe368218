import { existsSync, openSync, readSync, closeSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Hook } from '../../domain/health/readings.js';

/** What the script is called with: `script-notifier.ts`. */
const path = ['/usr/local/bin', '/usr/bin', '/bin'];
const elf = '\x7fELF';

function beginningOf(file: string): string {
  const descriptor = openSync(file, 'r');
  try {
    const buffer = Buffer.alloc(256);
    return buffer.toString('latin1', 0, readSync(descriptor, buffer, 0, buffer.length, 0));
  } finally {
    closeSync(descriptor);
  }
}

/** Why the kernel will not start it; undefined where it will. */
function problemOf(script: string): string | undefined {
  const stat = statSync(script);
  if (!stat.isFile()) return 'it is no file';
  if ((stat.mode & 0o111) === 0) return `it is not executable (mode ${(stat.mode & 0o777).toString(8)}): chmod +x ${script}`;
  const beginning = beginningOf(script);
  if (beginning.startsWith(elf)) return undefined;
  const [, interpreter, argument] = /^#![ \t]*(\S+)(?:[ \t]+(\S+))?/.exec(beginning) ?? [];
  // The kernel takes the carriage return for a part of the name.
  if (/^#![^\n]*\r/.test(beginning))
    return `its lines end as in Windows (CRLF), so its interpreter is not found: sed -i 's/\\r$//' ${script}`;
  if (interpreter === undefined) return 'it begins with neither #! nor the mark of a program';
  if (!existsSync(interpreter)) return `its interpreter ${interpreter} does not exist`;
  const isEnv = interpreter.endsWith('/env') && argument !== undefined && !argument.startsWith('-');
  return isEnv && !path.some((folder) => existsSync(join(folder, argument))) ? `${argument} is not in ${path.join(':')}` : undefined;
}

/** Looks at the notification script without running it. */
export function lookAtHook(script: string): Hook {
  if (!existsSync(script)) return { script, state: 'absent' };
  try {
    const why = problemOf(script);
    return why === undefined ? { script, state: 'ready' } : { script, state: 'broken', why };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Whoever may not read it cannot tell.
    return code === 'EACCES' ? { script, state: 'ready' } : { script, state: 'broken', why: String(code) };
  }
}
