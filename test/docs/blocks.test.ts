import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { ensureHome } from '../../scripts/lib/home.mjs';
import { loadConfig } from '../../src/config/load.js';
import { parseProposalText } from '../../src/config/proposal-file.js';
import { registryProblems } from '../../src/config/registries.js';
import { commands } from '../../src/cli/commands.js';
import { problemOf } from '../cli/support/pasted.js';
import { useFolders } from '../support/folders.js';
import { softKey } from '../support/proposals/signatures.js';
import type { Block } from '../support/pages/blocks.js';
import { blocksOf, isFarAway, pagesInOrder, pagesThatExist, readPage, typedIn } from '../support/pages/blocks.js';
import { putIn } from '../support/pages/part.js';

const folder = useFolders();
const pages = pagesThatExist();
const blocks = pages.flatMap(blocksOf);
const at = ({ page, line, language, mark, more }: Block) =>
  `${page}:${line}: ${[language, mark, more].filter((word) => word !== '').join(' ')}`;

/** Configuration is looked at with all other parts of its page; a proposal and what is elsewhere stand alone. */
const isFile = ({ language }: Block) => language === 'yaml' || language === 'json';
const isConfiguration = ({ mark }: Block) => /^(?:\.janus\/)?(?:agent\.yaml|policy\.json|playbooks\.json)$/.test(mark);

/** Those of the pages: a rule that wants signatures wants their keys. */
const people = ['ana', 'bo', 'claude', 'gemini', 'codex'];

/** What `npm start` writes, with what a page says instead. Throws, or gives back what is wrong with it. */
function problemsWith(parts: readonly Block[]): string[] {
  const home = folder();
  ensureHome(home);
  const signers = people.map((name) => `${name} namespaces="janus-approval@v1" ${softKey().publicKey}\n`);
  if (parts.some(({ text }) => text.includes('signature: required'))) writeFileSync(join(home, 'allowed_signers'), signers.join(''));
  for (const { mark, text } of parts) putIn(join(home, mark.replace('.janus/', '')), text);
  const config = loadConfig({ agentFile: join(home, 'agent.yaml'), env: { JANUS_HOST: 'box' }, cwd: home });
  return [
    ...registryProblems(config).map(({ found }) => found),
    ...config.allowedTools.filter((name) => !config.tools.some((tool) => tool.name === name)),
  ];
}

/** Every `ubos` that a page names in a sentence, or has typed elsewhere, as far as it stands there. */
function named(page: string): string[] {
  const prose = readPage(page).replaceAll(/^ *```[^]*?^ *```/gm, '');
  const inline = [...prose.matchAll(/`(?:\.\/)?(ubos [a-z][^`]*)`/g)].map(([, line = '']) => line);
  const farAway = blocksOf(page).filter(isFarAway);
  const lines = farAway.flatMap(({ text }) => [...text.matchAll(/(?:^\$ |^|&& |; |sudo )\.?\/?(ubos .*)/gm)].map(([, line = '']) => line));
  return [...inline, ...lines].map((line) =>
    line
      .replace(/ +[#<>|&;].*$/, '')
      .replace('...', 'X')
      .replaceAll(/[[\]]/g, '')
      .trim(),
  );
}

it.each(pages.filter((page) => !page.startsWith('docs/decisions') && !/^(?:CHANGELOG|SPECIFICATION)/.test(page)))(
  '%s: names commands that there are (spec U3)',
  async (page) => {
    // A group of verbs, or the first word of one, is named in sentences about it.
    const isGroup = (line: string) => commands.some(({ path }) => path.join(' ').startsWith(line.slice('ubos '.length)));
    const problems: string[] = [];
    // One after the other: jest loads no two modules at once.
    for (const line of named(page)) {
      const problem = isGroup(line) ? undefined : await problemOf(line);
      if (problem !== undefined) problems.push(`${line}: ${problem}`);
    }
    expect(problems).toEqual([]);
  },
);

describe('the fenced blocks of the pages (spec U3)', () => {
  it('are all of a kind that is looked at', () => {
    const known = (block: Block) =>
      (/^(?:console|sh)$/.test(block.language) && /^(?:elsewhere|server)?$/.test(block.mark) && block.more === '') ||
      (isFile(block) && block.mark !== '' && /^(?:broken)?$/.test(block.more)) ||
      // The map of the folders; anything else that could be typed or parsed has to say what it is.
      (block.page === 'ARCHITECTURE.md' && block.language === 'text' && block.mark === '');
    expect(blocks.filter((block) => !known(block)).map(at)).toEqual([]);
    expect(blocks.length).toBeGreaterThan(30);
  });

  it('stand on pages that are in the reading order, where something is to be typed or written', () => {
    const read = pagesInOrder();
    expect(blocks.filter(({ page }) => !read.includes(page)).map(at)).toEqual([]);
  });

  it('begin with a command, where they are to be typed', () => {
    for (const block of blocks.filter(({ language }) => language === 'console' || language === 'sh'))
      expect(typedIn(block).length).toBeGreaterThan(0);
  });

  it.each(blocks.filter((block) => isFile(block) && !isConfiguration(block)).map((block) => ({ name: at(block), block })))(
    '$name: is what it says',
    ({ block }) => {
      const look = () => (block.mark === 'elsewhere' ? parse(block.text) : parseProposalText(block.text, block.mark)) as unknown;
      if (block.more === 'broken') expect(look).toThrow();
      else expect(look()).toEqual(expect.anything());
    },
  );

  it.each(pages.filter((page) => blocksOf(page).some((block) => isFile(block) && isConfiguration(block))))(
    '%s: its parts of the configuration are sound together, and want nothing that the page has not got',
    (page) => {
      const parts = blocksOf(page).filter((block) => isFile(block) && isConfiguration(block));
      expect(problemsWith(parts.filter(({ more }) => more !== 'broken'))).toEqual([]);
      for (const part of parts.filter(({ more }) => more === 'broken')) expect(problemsWith([part])).not.toEqual([]);
    },
  );
});
