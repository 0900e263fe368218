import { StringDecoder } from 'node:string_decoder';
import type { SandboxRequest } from '../../../adapters/sandbox/contract/sandbox.js';
import { JanusError } from '../../../domain/errors.js';
import type { Context, Output } from '../../command.js';
import { shown } from '../../terminal/output.js';

/** On a terminal it is seen and not obeyed; a file or a program gets the very bytes. Bytes either way: hints are not looked for in them. */
function writerTo(output: Output): (chunk: Buffer) => void {
  if (output.isTTY !== true) return (chunk) => void output.write(chunk);
  // A character may come in two chunks.
  const decoder = new StringDecoder('utf8');
  return (chunk) => void output.write(Buffer.from(shown(decoder.write(chunk))));
}

/** What connects a command with whoever called `ubos`; with --json its output is in the result. A terminal is no input: nobody typed for it. */
export function connected({ stdin, stdout, stderr, json }: Context): Pick<SandboxRequest, 'input' | 'onOutput'> {
  const writers = { stdout: writerTo(stdout), stderr: writerTo(stderr) };
  return {
    ...(stdin.isTTY !== true && { input: stdin }),
    ...(!json && { onOutput: (stream: 'stdout' | 'stderr', chunk: Buffer) => writers[stream](chunk) }),
  };
}

/**
 * While `work` runs, something that comes from standard input ends it: a preview runs twice, and an input is there once. Whoever piped it should
 * not read an effect that was had without it.
 */
export async function withoutInput<T>({ stdin, signal }: Context, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const refusal = new AbortController();
  const refuse = () =>
    refusal.abort(
      new JanusError('USAGE', 'with --preview the command gets no standard input, and there is some', {
        next: 'put it into a file of --workspace DIR, or into tool_kwargs.stdin of a proposal; else: < /dev/null',
      }),
    );
  const ignore = () => undefined;
  if (stdin.isTTY !== true) stdin.on('error', ignore).once('data', refuse);
  try {
    return await work(AbortSignal.any([signal, refusal.signal]));
  } finally {
    stdin.off('data', refuse).pause();
  }
}
