import { readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseAllowedSigners, parseRevokedKeys } from '../../domain/approval/allowed-signers.js';
import type { SignerEntry, SignerProblem } from '../../domain/approval/allowed-signers.js';
import { personOf } from '../../domain/approval/rules.js';
import type { Groups } from '../../domain/approval/rules.js';
import { signatureNamespaces } from '../../domain/approval/statement.js';
import { errnoWords } from '../../domain/text/errno-words.js';
import type { Problem } from '../yaml/problem.js';

/** How a list of `ssh-keygen -k` begins. */
export const krlMagic = 'SSHKRL\n\0';

/** Whoever may write these files, or the folder that they lie in, may approve anything. */
function trustProblems(file: string): Problem[] {
  const own = [0, process.getuid?.() ?? 0];
  const bad = (found: string, allowed: string): Problem => ({ file, line: 1, key: '', found, allowed });
  const { mode, uid } = statSync(file);
  const folder = dirname(file);
  const around = statSync(folder);
  return [
    ...((mode & 0o022) === 0
      ? []
      : [
          bad(
            `a file that others may write (mode ${(mode & 0o777).toString(8)})`,
            `whoever writes it approves anything: chmod go-w ${file}`,
          ),
        ]),
    ...(own.includes(uid) ? [] : [bad(`a file of uid ${uid}`, `it belongs to root or to whoever runs this: chown root ${file}`)]),
    ...((around.mode & 0o002) === 0
      ? []
      : [bad(`a folder that everybody may write, ${folder}`, `the file could be replaced: move it, or chmod o-w ${folder}`)]),
    ...(own.includes(around.uid) ? [] : [bad(`a folder of uid ${around.uid}, ${folder}`, `chown root ${folder}`)]),
  ];
}

function readable(file: string, read: () => Problem[]): Problem[] {
  try {
    return read();
  } catch (error) {
    return [{ file, line: 1, key: '', found: errnoWords(error), allowed: 'the file must be readable' }];
  }
}

const placed = (file: string, problems: readonly SignerProblem[]): Problem[] => problems.map((problem) => ({ file, key: '', ...problem }));

export interface Signers {
  /** Principal of the vessel's own key, which proposes and never approves. */
  readonly vessel: string;
  readonly groups: Groups;
}

/** A line that could never count is a line that somebody relies on. */
function purposeProblems({ line, principals, namespaces, certAuthority }: SignerEntry, { vessel, groups }: Signers): SignerProblem[] {
  const { decision, proposal } = signatureNamespaces;
  const found = `namespaces="${namespaces.join(',')}"`;
  if (principals.includes(vessel) && !certAuthority)
    return namespaces.includes(decision) || !namespaces.includes(proposal)
      ? [{ line, found, allowed: `the vessel proposes and never approves: namespaces="${proposal}"` }]
      : [];
  // Whoever may only propose need not be in a group: nothing that they sign decides.
  if (namespaces.length > 0 && namespaces.every((name) => name === proposal)) return [];
  const persons = new Set(Object.values(groups).flat().map(personOf));
  const stranger = principals.find((name) => !persons.has(personOf(name)) && !(certAuthority && /[*?!]/.test(name)));
  const listed = Object.entries(groups).map(([name, members]) => `${name} (${members.join(', ')})`);
  return [
    ...(namespaces.length > 0 && !namespaces.includes(decision)
      ? [{ line, found, allowed: `namespaces="${decision}" to decide, "${proposal}" to propose, or both` }]
      : []),
    ...(stranger === undefined
      ? []
      : [
          {
            line,
            found: `the principal ${JSON.stringify(stranger)}, who is in no group`,
            allowed: `approvals.groups knows ${listed.join(', ') || 'nobody'}`,
          },
        ]),
  ];
}

/** What is wrong with the lines of allowed signers, whether or not they have been written. */
export function signerLinesProblems(file: string, text: string, signers: Signers): Problem[] {
  const { entries, problems } = parseAllowedSigners(text);
  const all = [...problems, ...entries.flatMap((entry) => purposeProblems(entry, signers))];
  return placed(
    file,
    all.sort((a, b) => a.line - b.line),
  );
}

/** Everything that is wrong with a file of allowed signers, line by line. */
export function allowedSignersProblems(file: string, signers: Signers): Problem[] {
  return readable(file, () => [...trustProblems(file), ...signerLinesProblems(file, readFileSync(file, 'utf8'), signers)]);
}

/** The same for revoked keys: a list that cannot be read revokes nothing, or everything. */
export function revokedSignersProblems(file: string): Problem[] {
  return readable(file, () => {
    const text = readFileSync(file, 'latin1');
    return [...trustProblems(file), ...placed(file, text.startsWith(krlMagic) ? [] : parseRevokedKeys(text).problems)];
  });
}
