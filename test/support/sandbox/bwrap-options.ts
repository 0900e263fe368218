/** How many values each option of bwrap takes, and at which of them its destination stands. */
const options: Readonly<Record<string, { readonly takes: number; readonly destination?: number }>> = {
  ...Object.fromEntries(
    ['--unshare-user', '--unshare-pid', '--unshare-ipc', '--unshare-uts', '--unshare-cgroup-try', '--unshare-net', '--disable-userns'].map(
      (name) => [name, { takes: 0 }],
    ),
  ),
  ...Object.fromEntries(['--die-with-parent', '--new-session', '--clearenv'].map((name) => [name, { takes: 0 }])),
  ...Object.fromEntries(
    ['--uid', '--gid', '--hostname', '--cap-drop', '--chdir', '--size', '--json-status-fd', '--seccomp'].map((name) => [
      name,
      { takes: 1 },
    ]),
  ),
  '--setenv': { takes: 2 },
  '--ro-bind': { takes: 2, destination: 1 },
  '--ro-bind-try': { takes: 2, destination: 1 },
  '--ro-bind-data': { takes: 2, destination: 1 },
  '--bind': { takes: 2, destination: 1 },
  '--symlink': { takes: 2, destination: 1 },
  '--tmpfs': { takes: 1, destination: 0 },
  '--proc': { takes: 1, destination: 0 },
  '--dev': { takes: 1, destination: 0 },
  '--remount-ro': { takes: 1, destination: 0 },
};

interface Option {
  readonly name: string;
  readonly values: readonly string[];
  readonly destination: string | undefined;
}

/** Reads an argv as bwrap does; throws on an option that the table does not know. */
export function parse(argv: readonly string[]): { readonly parsed: readonly Option[]; readonly command: readonly string[] } {
  const parsed: Option[] = [];
  for (let at = 0; ;) {
    const name = argv[at]!;
    if (name === '--') return { parsed, command: argv.slice(at + 1) };
    const option = options[name];
    if (option === undefined) throw new Error(`${name} is no option`);
    const values = argv.slice(at + 1, at + 1 + option.takes);
    parsed.push({ name, values, destination: option.destination === undefined ? undefined : values[option.destination] });
    at += 1 + option.takes;
  }
}
