import { terminalPicture } from './terminal-picture.mjs';
import { parts, way } from './way-of-a-proposal.mjs';
import { wayPicture } from './way-picture.mjs';

/** The page whose recorded approval is drawn: `test/long/pages.test.ts` types it and compares. */
export const recordedPage = 'docs/first-approval.md';

/** The approval in that page, from the command that shows it to the end of its block; undefined where it has none. */
export function recordedApproval(page) {
  const [, block] = /^```console\n((?:(?!```)[^])*?\.\/ubos approve [^]*?)^```$/m.exec(page) ?? [];
  const lines = block?.trimEnd().split('\n') ?? [];
  const from = lines.findIndex((line) => line.startsWith('$ ./ubos approve '));
  return from < 0 ? undefined : lines.slice(from);
}

/** The pictures of the README, each with its file. */
export function pictures(page) {
  return [
    {
      file: 'docs/pictures/approval.svg',
      content: terminalPicture({
        lines: recordedApproval(page) ?? [],
        columns: 80,
        title: 'An approval, as it looks in a terminal',
        description:
          'ubos approve shows what an agent wants to run, to the last argument, in which sandbox and what it reaches; a person presses a; it runs, and every check passes.',
      }),
    },
    {
      file: 'docs/pictures/way.svg',
      content: wayPicture({
        parts,
        way,
        title: 'The way of one proposal through the parts',
        description: way
          .map(({ part, does, event, otherwise = [] }) => {
            const ends = otherwise.length === 0 ? '' : ` or ${otherwise.join(' or ')}`;
            return `${parts[part].name}: ${does}${event === undefined ? '' : `; the trail keeps ${event}${ends}`}.`;
          })
          .join(' '),
      }),
    },
  ];
}
