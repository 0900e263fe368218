import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import type { Tool } from '../../domain/action/tool.js';

export type Program = { readonly path: string } | { readonly problem: string };

/**
 * Real path of a program, so that the digest names what runs and not a link that may point elsewhere tomorrow (spec P5).
 * Looked up anew each time, in microseconds: the thread pool would take a hundred times as long, for every tool, twice for each proposal.
 */
export async function resolveProgram(path: string): Promise<Program> {
  return programAt(path);
}

function programAt(path: string): Program {
  try {
    const real = realpathSync.native(path);
    if (!statSync(real).isFile()) return { problem: `${path} is no regular file` };
    accessSync(real, constants.X_OK);
    return { path: real };
  } catch (error) {
    const { code = 'unreadable' } = error as NodeJS.ErrnoException;
    return { problem: code === 'ENOENT' ? `${path} does not exist on this machine` : `${path} cannot be used (${code})` };
  }
}

/** The programs of all registered tools, by tool name. Each is looked up when it is asked for, and stays what it was then: most proposals use one tool. */
export async function resolvePrograms(tools: readonly Tool[]): Promise<Readonly<Record<string, Program>>> {
  const programs: Record<string, Program> = {};
  for (const { name, command } of tools) {
    let found: Program | undefined;
    Object.defineProperty(programs, name, { enumerable: true, configurable: true, get: () => (found ??= programAt(command[0])) });
  }
  return programs;
}
