/** One line of `/proc/PID/mountinfo` (proc(5)): which part of which file system lies where. */
interface Mount {
  readonly device: string;
  readonly root: string;
  readonly at: string;
}

/** The kernel writes space, tab, newline and backslash as three octal digits. */
const unescaped = (text: string) =>
  text.replaceAll(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));

export function mountsIn(mountinfo: string): Mount[] {
  return mountinfo.split('\n').flatMap((line) => {
    const [, , device, root, at] = line.split(' ');
    return device === undefined || root === undefined || at === undefined ? [] : [{ device, root: unescaped(root), at: unescaped(at) }];
  });
}

/**
 * The host's names of what a sandbox has as /workspace. A process may say of itself what it likes, but no action can mount: this it cannot
 * change. Empty where there is no such mount; more than one where the host shows the same file system at several places.
 */
export function workspacesMounted(mountinfo: string, own: readonly Mount[]): string[] {
  const inside = mountsIn(mountinfo).findLast(({ at }) => at === '/workspace');
  if (inside === undefined) return [];
  return own.flatMap(({ device, root, at }) => {
    const above = root === '/' ? '' : root;
    if (device !== inside.device || !`${inside.root}/`.startsWith(`${above}/`)) return [];
    return [`${at === '/' ? '' : at}${inside.root.slice(above.length)}`];
  });
}
