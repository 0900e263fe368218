import type { ChildProcess } from 'node:child_process';
import type { Writable } from 'node:stream';
import { firstDataDescriptor } from '../profile/profile.js';

/** What bwrap reads while it sets the sandbox up; see `profileData`. */
export type ProfileData = readonly (string | Buffer)[];

function feed(child: ChildProcess, data: ProfileData, from: number, to?: number): void {
  for (const [index, content] of [...data.entries()].slice(from, to)) {
    // Whoever does not read it has ended.
    (child.stdio[firstDataDescriptor + index] as Writable | undefined)?.on('error', () => undefined).end(content);
  }
}

/** Everything but the first file: without that one bwrap sets nothing up, and its first process stays in the namespaces that it began in. */
export const feedOthers = (child: ChildProcess, data: ProfileData): void => feed(child, data, 1);

/** The first file: the sandbox is set up, and the command starts. */
export const feedFirst = (child: ChildProcess, data: ProfileData): void => feed(child, data, 0, 1);
