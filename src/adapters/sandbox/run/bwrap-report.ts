import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { statusDescriptor } from '../profile/profile.js';

/** No report of bwrap is longer. */
const charactersMax = 4_096;

/** What bwrap itself says of a run (`--json-status-fd`); an `exit-code` is in it only when the command really ran. */
export interface BwrapReport {
  readonly initPid: number | undefined;
  readonly exitCode: number | undefined;
}

export interface ReportListener {
  /** Once, with the first process inside; before anything of the command has run. */
  readonly begun: (initPid: number) => void;
  /** It cannot be read to its end. */
  readonly failed: (error: Error) => void;
}

/** Follows the report; the result tells what it says so far. */
export function followReport(child: ChildProcess, { begun, failed }: ReportListener): () => BwrapReport {
  let text = '';
  const number = (name: string) => {
    const digits = new RegExp(`"${name}":\\s*(\\d+)`).exec(text)?.[1];
    return digits === undefined ? undefined : Number(digits);
  };
  const stream = child.stdio[statusDescriptor] as Readable | undefined;
  stream?.on('error', failed).on('data', (chunk: Buffer) => {
    const known = number('child-pid');
    text = (text + chunk.toString('utf8')).slice(0, charactersMax);
    const initPid = number('child-pid');
    if (known === undefined && initPid !== undefined) begun(initPid);
  });
  return () => ({ initPid: number('child-pid'), exitCode: number('exit-code') });
}
