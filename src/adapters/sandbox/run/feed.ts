import type { ChildProcess } from 'node:child_process';
import type { Writable } from 'node:stream';
import { firstDataDescriptor, profileData } from '../profile/profile.js';

function feed(child: ChildProcess, from: number, to?: number): void {
  for (const [index, content] of [...profileData().entries()].slice(from, to)) {
    // Whoever does not read it has ended.
    (child.stdio[firstDataDescriptor + index] as Writable | undefined)?.on('error', () => undefined).end(content);
  }
}

/** Everything but the first file: without that one bwrap sets nothing up, and its first process stays in the namespaces that it began in. */
export const feedOthers = (child: ChildProcess): void => feed(child, 1);

/** The first file: the sandbox is set up, and the command starts. */
export const feedFirst = (child: ChildProcess): void => feed(child, 0, 1);
