import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { freePort } from '../../../scripts/lib/dev-server.mjs';
import { closeAtTheEnd } from '../closing.js';
import { temporalCli } from '../vessel/dev-server.js';
import type { Block, Typed } from './blocks.js';
import { blocksOf, isFarAway, isTyped, top, typedIn } from './blocks.js';
import { freshClone } from './clone.js';
import { putIn } from './part.js';
import type { Names } from './shown.js';
import { asTyped, difference } from './shown.js';
import type { Answer, Shown, Terminal } from './terminal.js';
import { openTerminal } from './terminal.js';

export interface Came {
  readonly command: string;
  readonly text: string;
}

/** Somebody who has a clone and two terminals, and types what a page says. */
export interface Reader {
  /** Its folder. */
  readonly clone: string;
  /** Reads one page from its first block to its last. Throws at the first thing that is not as it says; gives back what came, command by command. */
  read(page: string): Promise<Came[]>;
}

/** People take hours for what is typed here in minutes: their failures lie farther apart, and no suite runs beside them. */
const unhurried = 'harness: { relief_enabled: false }\ncontrols: { pause_after_failures: 1000 }\n';

const npmStart = 'npm start';
/** The last thing that `npm start` says on a terminal before it waits for keys. */
const started = 'keys:';

/** A script of package.json takes as long as the tests themselves: that it is there is all that is looked at. */
function isThere(command: string): void {
  const [, script = ''] = /^npm (?:run )?([\w:]+)/.exec(command) ?? [];
  const { scripts } = JSON.parse(readFileSync(`${top}package.json`, 'utf8')) as { scripts: Record<string, string> };
  const [file = ''] = command.split(' ');
  if (!(script in scripts) && !(file.startsWith('.ci/') && existsSync(top + file))) throw new Error(`there is no such script: ${command}`);
}

/** The questions that a page shows with their answers: one key behind `?`. */
const answersIn = (shown: string): Answer[] =>
  shown.split('\n').flatMap((row) => {
    const [, question, key] = /^(.*\? )(\w|space)$/.exec(row) ?? [];
    return question === undefined || key === undefined ? [] : [{ question, key: key === 'space' ? ' ' : key }];
  });

function environment(home: string, port: number): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(?:JANUS_(?!TEST_RUN)|TEMPORAL_|NODE_OPTIONS|npm_|XDG_)/.test(name));
  const cache = process.env['XDG_CACHE_HOME'] ?? join(process.env['HOME'] ?? '', '.cache');
  const quiet = { npm_config_update_notifier: 'false', npm_config_progress: 'false' };
  return {
    ...Object.fromEntries(kept),
    ...quiet,
    HOME: home,
    XDG_CACHE_HOME: cache,
    TEMPORAL_PORT: String(port),
    JANUS_USER: 'ana',
    LANG: 'C.UTF-8',
  };
}

/** `agent.yaml` and `policy.json` without a folder are those of no machine in particular. */
const isWritten = ({ mark }: Block) => !/^(?:elsewhere|agent\.yaml|policy\.json)$/.test(mark);

function writeFile(file: string, { text }: Block): void {
  mkdirSync(dirname(file), { recursive: true });
  if (/\/\.janus\/(?:agent\.yaml|policy\.json)$/.test(file)) putIn(file, text);
  else writeFileSync(file, text);
}

export async function aReader(): Promise<Reader> {
  const clone = freshClone();
  const home = `${clone}-home`;
  mkdirSync(home);
  closeAtTheEnd(() => rmSync(home, { recursive: true, force: true }));
  const env = environment(home, await freePort());
  const first = openTerminal({ cwd: clone, env });
  const second: Terminal = openTerminal({ cwd: clone, env: { ...env, PATH: `${env['PATH']}:${dirname(temporalCli())}` } });
  let stop: (() => Promise<Shown>) | undefined;
  const end = async () => {
    await stop?.();
    stop = undefined;
  };
  closeAtTheEnd(end);

  let status = 0;
  const type = async ({ command, shown }: Typed, names: Names): Promise<Came> => {
    const nothing = { command, text: '' };
    const starts = command.startsWith(npmStart);
    if (starts) await end();
    if (/^npm start(?:\s*#|$)/.test(command)) return nothing;
    if (!starts && /^(?:npm |\.ci\/)/.test(command)) {
      isThere(command);
      return nothing;
    }
    if (!starts) stop ??= await first.keep(npmStart, started);
    const typed = asTyped(command, { home: clone, names });
    const came = await (starts ? first : second).type(`(exit ${status}); ${typed}`, answersIn(shown ?? ''));
    status = came.code;
    if (starts) putIn(join(clone, '.janus/agent.yaml'), unhurried);
    const problem =
      shown === undefined ? undefined : difference(shown.replaceAll(/(?<=\? )space$/gm, ''), came.text, { home: clone, names });
    if (problem !== undefined) throw new Error(problem);
    if (shown === undefined && came.code !== 0) throw new Error(`it ended with ${came.code}:\n${came.text}`);
    return { command, text: came.text };
  };

  return {
    clone,
    async read(page) {
      const names: Names = new Map();
      const all: Came[] = [];
      for (const block of blocksOf(page)) {
        if (isFarAway(block) || block.language === 'text') continue;
        if (isTyped(block))
          for (const typed of typedIn(block))
            all.push(
              await type(typed, names).catch((error: unknown) => {
                throw new Error(`${page}:${typed.line}: $ ${typed.command}\n${(error as Error).message}`, { cause: error });
              }),
            );
        else if (isWritten(block)) writeFile(join(clone, block.mark), block);
      }
      return all;
    },
  };
}
