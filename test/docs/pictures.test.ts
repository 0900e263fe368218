import { existsSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { stepResponseFile, stepResponsePicture } from '../../scripts/lib/docs/step-response.mjs';
import { initialControls, stepControls } from '../../src/domain/controls/step.js';
import { yearFile, yearLines, yearPicture, yearPictureFile, yearText } from '../../scripts/lib/docs/year.mjs';
import { pictures, recordedApproval, recordedPage } from '../../scripts/lib/docs/pictures.mjs';
import { parts, way } from '../../scripts/lib/docs/way-of-a-proposal.mjs';
import type { Meaning } from '../../src/domain/trail/meanings/meaning.js';
import { meanings } from '../../src/domain/trail/meanings.js';
import type { Year } from '../support/year/live.js';
import { readPage, top } from '../support/pages/blocks.js';

const known = meanings as Readonly<Record<string, Meaning>>;
const drawn = pictures(readPage(recordedPage));

describe('the pictures of the README', () => {
  it.each(drawn)('$file is as it is made now (npm run docs), and the README shows it', ({ file, content }) => {
    expect(readPage(file)).toBe(content);
    expect(readPage('README.md')).toMatch(new RegExp(`!\\[[^\\]]{20,}\\]\\(${file}\\)`));
  });

  it.each(drawn)('$file is real text with a title and a description, and fetches nothing', ({ content }) => {
    expect(content).toMatch(/<title id="title">[^<]{20,}<\/title>\n<desc id="description">[^<]{80,}<\/desc>/);
    expect(content.match(/<text /g)?.length).toBeGreaterThan(15);
    expect(content.replace('xmlns="http://www.w3.org/2000/svg"', '')).not.toMatch(/https?:|@import|@font-face|href|<image|<script/);
  });

  it('show an approval that goes from its question to its end', () => {
    const lines = recordedApproval(readPage(recordedPage)) ?? [];
    expect(lines[0]).toMatch(/^\$ \.\/ubos approve janus-/);
    expect(lines).toEqual(
      expect.arrayContaining([expect.stringMatching(/^\[a\]pprove .* \? a$/), expect.stringMatching(/^✓ .* completed/)]),
    );
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it('show a way whose records are events of the trail, and ends that end a proposal', () => {
    const ends = new Set(['rejected', 'expired', 'stale', 'completed', 'rolled_back']);
    for (const { event, otherwise = [] } of way) {
      if (event !== undefined) expect(known[event]?.logs).toEqual([event === 'tool_use' ? 'tool_use' : 'proposals']);
      for (const end of otherwise) expect(ends).toContain(known[end]?.status);
    }
  });

  it('show parts that have their rooms in the source', () => {
    expect(parts.flatMap(({ rooms }) => rooms.filter((room) => !existsSync(top + room)))).toEqual([]);
    expect(way.every(({ part }) => part in parts)).toBe(true);
  });
});

describe('the picture of the controls (spec G2)', () => {
  const content = stepResponsePicture({ initialControls, stepControls });

  it('is as the step makes it now (npm run docs), and its page shows it', () => {
    expect(readPage(stepResponseFile)).toBe(content);
    expect(readPage('docs/controls.md')).toMatch(/!\[[^\]]{20,}\]\(pictures\/controls\.svg\)/);
  });

  it('shows a limit that goes up, down, and through an emergency', () => {
    expect(content).toContain('EMERGENCY');
    expect(content).toMatch(/<title id="title">[^<]{20,}<\/title>\n<desc id="description">[^<]{80,}<\/desc>/);
  });
});

describe('the picture of the year (spec T7)', () => {
  const year = JSON.parse(readPage(yearFile)) as Year;
  const content = yearPicture(year);

  it('is of the figures that are kept (npm run docs), and its page shows it', () => {
    expect(readPage(yearPictureFile)).toBe(content);
    expect(readPage('docs/modes.md')).toMatch(/!\[[^\]]{20,}\]\(pictures\/year\.svg\)/);
    expect(content).toMatch(/<title id="title">[^<]{20,}<\/title>\n<desc id="description">[^<]{80,}<\/desc>/);
  });

  it('is a year with everything in it, and a terminal of 80 columns shows it', () => {
    expect(year.modes.map(({ mode }) => mode)).toEqual(['alpha', 'beta', 'alpha', 'beta', 'omega', 'alpha', 'beta']);
    const lines = yearLines(year);
    expect(lines).toHaveLength(1 + year.events.length + year.alone.length / 10);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(yearText(year)).toBe(readPage(yearFile));
  });
});
