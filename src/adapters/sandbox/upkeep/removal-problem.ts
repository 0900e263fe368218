/** What could not be removed, why, and what to type. */
export interface Problem {
  readonly path: string;
  readonly what: string;
  readonly next: string;
}

/** In words, by errno; `MOUNT` is our own. */
export function explain(code: string, path: string): Omit<Problem, 'path'> {
  const isRoot = process.getuid?.() === 0;
  if (code === 'MOUNT' || code === 'EBUSY') return { what: 'something is mounted there', next: `umount '${path}', then again` };
  if (code === 'EPERM' && isRoot)
    return { what: 'it is immutable or append-only', next: `chattr -R -i -a '${path}' and its folder, then again` };
  if (code === 'EPERM' || code === 'EACCES')
    return {
      what: 'it is immutable, or belongs to somebody else',
      next: `as root: chattr -R -i -a '${path}', then ubos sandbox cleanup again`,
    };
  return { what: code, next: 'look at the disk: dmesg, df, mount' };
}
