import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { recordedApproval, recordedPage } from '../../scripts/lib/docs/pictures.mjs';
import { styled } from '../../scripts/lib/docs/terminal-picture.mjs';
import { way } from '../../scripts/lib/docs/way-of-a-proposal.mjs';
import { blocksOf, isTyped, pagesInOrder, readPage } from '../support/pages/blocks.js';
import type { Came, Reader } from '../support/pages/reader.js';
import { aReader } from '../support/pages/reader.js';
import { difference } from '../support/pages/shown.js';
import { piecesOf } from '../support/pages/terminal.js';

const typed = pagesInOrder().filter((page) => blocksOf(page).some(isTyped));

describe('what the pages tell people to type, in one clone, in reading order, npm start first (spec U3, Q2)', () => {
  let reader: Reader;
  const came = new Map<string, Came[]>();
  beforeAll(async () => {
    reader = await aReader();
  });

  it.each(typed)('%s: shows what comes', async (page) => {
    came.set(page, await reader.read(page));
  });

  const approval = () => came.get(recordedPage)?.find(({ command }) => command.startsWith('./ubos approve'))?.text ?? '';

  it('is drawn in the picture of an approval with the styles that it came with', () => {
    const isSame = (shown: string, text: string) => difference(shown, text, { home: reader.clone, names: new Map() }) === undefined;
    const rows = approval().split('\n');
    const lines = recordedApproval(readPage(recordedPage))?.slice(1) ?? [];
    const drawn = lines
      .slice(
        0,
        lines.findIndex((line) => line.startsWith('$ ')),
      )
      .filter((line) => /^[^.]|^\.(?!\.\.)/.test(line));
    expect(drawn.length).toBeGreaterThan(15);
    for (const line of drawn.map((each) => each.replace(/(?<=\? )\w+$/, ''))) {
      const pieces = rows.filter((row) => isSame(line, stripVTControlCharacters(row).replace(/(?<=\? ).$/, ''))).map(piecesOf);
      const wanted = styled(line);
      expect(
        pieces.some((found) => wanted.every(({ style, text }, index) => found[index]?.style === style && isSame(text, found[index].text))),
      ).toBe(true);
    }
  });

  it('went the way that the other picture shows, record by record', () => {
    const [id = ''] = /janus-[0-9a-f]{12}/.exec(approval()) ?? [];
    const state = join(reader.clone, '.janus');
    // The pages have files of the trail closed, too: what was written before lies in those.
    const files = readdirSync(state).filter((name) => /^(?:proposals|tool_use)(?:\.\d{12,15}\.\d{8}(?:\.\d+)?)?\.jsonl$/.test(name));
    const records = files.flatMap((file) =>
      readFileSync(join(state, file), 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as { action_id?: string; event_type: string }),
    );
    const mine = records.filter(({ action_id }) => action_id === id).map(({ event_type }) => event_type);
    const drawn = way.flatMap(({ event }) => (event === undefined ? [] : [event]));
    expect(mine.sort()).toEqual(drawn.sort());
  });
});
