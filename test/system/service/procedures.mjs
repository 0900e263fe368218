import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rootPath } from '../../../scripts/lib/prepare.mjs';

const page = 'docs/procedures.md';

/** What is to be typed on a server, with the heading above it. */
function blocksToType() {
  const blocks = [];
  let [heading, open] = ['', undefined];
  for (const line of readFileSync(join(rootPath, page), 'utf8').split('\n')) {
    if (open !== undefined && line === '```') open = undefined;
    else if (open !== undefined) open.push(line);
    else if (line.startsWith('#')) heading = line.replace(/^#+ /, '');
    else if (line === '```sh server') blocks.push({ heading, lines: (open = []) });
  }
  return blocks;
}

/**
 * Types a line: `ubos` as an operator, the rest as root. What follows a file is ended after a while and has to be there still; a search may find nothing; what asks for a key is
 * given one on a terminal, again and again until it has what it asked for; of ids the page has examples.
 */
const words = `
# One key after the other: what was typed ahead does not count.
presses() { while printf '%s' "$1"; do sleep 0.3; printf ' '; sleep 0.3; done 2>/dev/null; }
asked() { presses "$2" | as script -qefc "$1" /dev/null >/root/typed 2>&1; }
typed() {
  local line=$1 code=0
  line=\${line/janus-abc123def456/\${first-}}; line=\${line/janus-def456abc123/\${second-}}; line=\${line/stop-0123456789ab/\${stop-}}
  case "$line" in
    *' -f' | 'tail -f '*) timeout 2 bash -c "$line" >/root/typed 2>&1 || code=$?; if [[ $code == 124 ]]; then code=0; fi ;;
    'ubos review '*) asked "$line" q || code=$? ;;
    'ubos approve '*) asked "$line" a || code=$? ;;
    'ubos '*) as bash -c "$line" >/root/typed 2>&1 </dev/null || code=$? ;;
    *'| grep '*) bash -c "$line" >/root/typed 2>/dev/null || code=$?; if [[ $code == 1 && ! -s /root/typed ]]; then code=0; fi ;;
    *) bash -c "$line" >/root/typed 2>&1 </dev/null || code=$? ;;
  esac
  [[ $code == 0 ]] || { echo "$line ended with $code"; tail -n 5 /root/typed; return 1; }
}`;
const quoted = (text) => `'${text.replaceAll("'", `'\\''`)}'`;

/** What is there before a block is typed, and what holds afterwards; by heading, for each of its blocks. */
const around = {
  'Starting the agent': [{ after: 'until_so 120 healthy' }],
  'Approving proposals': [
    {
      before: "act 'echo typed' waits; first=$id; act 'echo refused' waits; second=$id",
      after: 'id=$second; is rejected; id=$first; until_so 60 is completed',
    },
  ],
  'Changing the mode': [{ after: 'until_so 120 healthy' }],
  'Emergency: stop the agent': [
    { before: "act 'sleep 700'; until_so 60 runs 'sleep 700'", after: 'until_so 60 none_of_ours' },
    { after: 'until_so 120 healthy' },
  ],
  'Emergency: nuclear shutdown': [
    { before: "act 'sleep 710'; until_so 60 runs 'sleep 710'", after: 'until_so 60 none_of_ours; sleep 5; none_of_ours' },
    { after: 'until_so 120 healthy' },
  ],
  'Emergency: the stop file': [
    {
      before: "act 'sleep 720'; until_so 60 runs 'sleep 720'",
      after: "until_so 5 gone 'sleep 720'; grep -q 'EMERGENCY STOP' /root/typed; not healthy",
    },
    { before: 'stop=$(jq -r .id /srv/janus/controls/stop.json)', after: 'until_so 60 healthy; [[ ! -e /srv/janus/EMERGENCY_STOP ]]' },
  ],
  'Emergency: revert to a safe state': [
    { before: 'as ubos backup run', after: 'until_so 120 as ubos proposals list; not healthy' },
    { after: 'until_so 60 healthy; [[ $(as ubos status --json | jq -r .mode) == alpha ]]' },
  ],
};

const typedBefore = new Map();

/** Each block of the page, in its order. They need a repository for backups. Throws where the page has no longer what is looked for. */
export const procedures = blocksToType().map(({ heading, lines }) => {
  const number = typedBefore.get(heading) ?? 0;
  typedBefore.set(heading, number + 1);
  const { before = 'true', after = 'true' } = around[heading]?.[number] ?? {};
  const commands = lines.filter((line) => line.trim() !== '' && !line.startsWith('#')).map((line) => `typed ${quoted(line)}`);
  return {
    name: `${page}, ${heading}${number === 0 ? '' : ', to go on'}: what stands there can be typed (spec D2)`,
    script: [words, before, ...commands, after].join('\n'),
  };
});

const missing = Object.keys(around).filter((heading) => (typedBefore.get(heading) ?? 0) !== around[heading].length);
if (procedures.length < 15 || missing.length > 0)
  throw new Error(`${page} has not the blocks that are looked for: ${missing.join(', ') || procedures.length}`);
