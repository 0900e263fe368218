import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

const bytesMax = 1_500;

/** The end of a file of the worker's own, from the beginning of a line on where it has several. */
function endOf(path: string): string {
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const { size } = fstatSync(descriptor);
    const start = Math.max(0, size - bytesMax);
    const bytes = Buffer.alloc(size - start);
    readSync(descriptor, bytes, 0, bytes.length, start);
    const text = bytes.toString('utf8').trimEnd();
    const line = text.indexOf('\n');
    return start === 0 ? text : `…${line < 0 ? text : text.slice(line)}`;
  } finally {
    closeSync(descriptor);
  }
}

/** How the output of a command ended, of which `outputPrefix` names the files: where something fails the reason stands there. */
export function lastWords(outputPrefix: string): { readonly stdout: string; readonly stderr: string } {
  return { stdout: endOf(`${outputPrefix}.stdout`), stderr: endOf(`${outputPrefix}.stderr`) };
}
