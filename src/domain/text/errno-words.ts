/** What stands where a file was expected, by the code of the system call that found it. */
const nouns: Readonly<Record<string, string>> = {
  EACCES: 'what this account may not open',
  EBADF: 'a descriptor that is closed',
  ECONNREFUSED: 'nobody who listens there',
  EEXIST: 'something else of that name',
  EISDIR: 'a folder',
  ELOOP: 'links that lead in a circle, or a link where none may be',
  EMFILE: 'that this process has as many files open as it may',
  ENAMETOOLONG: 'a name that is too long',
  ENFILE: 'that this machine has as many files open as it may',
  ENOENT: 'no such file',
  ENOSPC: 'a disk that is full',
  ENOTDIR: 'no such file: a part of its path is no folder',
  ENXIO: 'what cannot be opened as a file',
  EPERM: 'what this account may not touch',
  EROFS: 'a disk that is read-only',
  EIO: 'a disk that fails',
};

/** What errors of system calls carry: a code such as ENOENT. Undefined for every other error. */
function systemError(error: unknown): { readonly code: string; readonly path?: string } | undefined {
  const { code } = (error ?? {}) as { readonly code?: unknown };
  return typeof code === 'string' && /^E[A-Z0-9]+$/.test(code) ? (error as { readonly code: string; readonly path?: string }) : undefined;
}

/** What a system call found, to be read after "found" or a colon; for anything else its own words. */
export function errnoWords(error: unknown): string {
  const code = systemError(error)?.code;
  if (code === undefined) return error instanceof Error ? error.message : String(error);
  return nouns[code] ?? `what the system calls ${code}`;
}

/** The same with the path that it was about, where the system names one. */
export function fileWords(error: unknown): string {
  const path = systemError(error)?.path;
  return path === undefined ? errnoWords(error) : `${path}: found ${errnoWords(error)}`;
}
