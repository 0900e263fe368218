import { writeFileSync } from 'node:fs';
import stringWidth from 'string-width';
import { describe, expect, it } from '@jest/globals';
import { openStatePage, statePageIn } from '../../../../src/adapters/controls/state-page.js';
import type { PublishedControls } from '../../../../src/domain/controls/published.js';
import { aPublished } from '../../../support/controls/published.js';
import { repeat, run, someSettings } from '../../../support/controls/tracing.js';
import { useFolders } from '../../../support/folders.js';
import { expectGolden } from '../../support/golden.js';
import { allPrinted, printed } from '../../support/printed.js';
import { aConfig, ubos } from '../../support/ubos.js';

const folder = useFolders();
const widths = [40, 80, 200];
const settings = someSettings();
const lastOf = (change: Parameters<typeof repeat>[1]) => run(settings, repeat(40, change)).at(-1)!;
const busy = lastOf({ backlog: 5, work: { running: 2, reservedMb: 1_024 } });
/** Nearly all of the memory belongs to others. */
const pressed = lastOf({ memory: { totalMb: 16_000, availableMb: 500 }, backlog: 5 });

function vesselWith(published?: PublishedControls) {
  const home = folder();
  const config = aConfig({}, home);
  if (published !== undefined) {
    const page = openStatePage(statePageIn(config.paths.controls));
    page.write(published);
    page.close();
  }
  return config;
}

const pictures = [
  { name: 'driven', published: () => aPublished(busy) },
  { name: 'emergency', published: () => aPublished(pressed) },
  { name: 'left', published: () => aPublished(busy, { monotonic: 0 }) },
  { name: 'nobody', published: () => undefined },
];

describe.each(pictures)('ubos controls ($name) (spec G1)', ({ name, published }) => {
  it.each(widths)('for people at %i columns', async (columns) => {
    const { code, stdout, stderr } = await ubos('controls', { config: vesselWith(published()), columns });
    expectGolden(`controls/${name}.${columns}`, `$ ubos controls\n${stdout}\n--- exit code ${code}\n`);
    expect([stderr, stdout.split('\n').filter((line) => stringWidth(line) > columns)]).toEqual(['', []]);
  });

  it('for programs it is one object, by whichever of its names', async () => {
    const config = vesselWith(published());
    const shown = printed((await ubos('controls --json', { config })).stdout, 'controls');
    expect(printed((await ubos('controls show --json', { config })).stdout, 'controls')).toEqual(shown);
  });
});

describe('ubos controls (spec G2, G3)', () => {
  it('says what is held where nobody drives them, and where the valve is open', async () => {
    const heldBy = async (published?: PublishedControls) =>
      printed((await ubos('controls --json', { config: vesselWith(published) })).stdout) as {
        holds: object;
        limit: number;
        driven: boolean;
      };
    const network = 'nobody drives the controls of this host';
    expect(await heldBy()).toMatchObject({ driven: false, limit: 1, holds: { starts: null, network } });
    expect(await heldBy(aPublished(pressed))).toMatchObject({
      driven: true,
      limit: 1,
      holds: { network: 'the relief valve is at EMERGENCY' },
    });
    expect(await heldBy(aPublished(busy))).toMatchObject({ driven: true, holds: { starts: null, network: null } });
  });

  it('takes what nobody of ours wrote for nothing', async () => {
    const config = vesselWith(aPublished(busy));
    writeFileSync(statePageIn(config.paths.controls), '{"version":1,"monotonic":1e9,"orders":{"concurrency":99}}');
    expect((await ubos('controls', { config })).stdout).toContain('no worker has driven');
  });

  it('status has one line of it', async () => {
    const { stdout } = await ubos('status', { config: vesselWith(aPublished(pressed)), columns: 200 });
    expect(stdout).toMatch(/^controls +limit 1 of 4 · EMERGENCY · 2 running, 5 waiting .* held: the relief valve is at EMERGENCY$/m);
  });

  it.each(['controls show more', 'controls watch more'])('%s is refused', async (line) => {
    expect(await ubos(line, { config: vesselWith() })).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('one word too many'),
    });
  });
});

describe('ubos controls watch (spec G1)', () => {
  const watched = async (line: string, session: { readonly tty?: 'stdout' }, times: number) => {
    const config = vesselWith(aPublished(busy));
    const ending = new AbortController();
    const played = await ubos(line, {
      ...{ ...session, config, columns: 80, signal: ending.signal },
      onOutput: (stdout) => {
        if (stdout.split('limit').length > times) ending.abort();
      },
    });
    return { ...played, config };
  };

  it('draws over its own picture on a terminal', async () => {
    const { code, stdout } = await watched('controls watch --no-color', { tty: 'stdout' }, 6);
    const [first = '', second = ''] = stdout.split(/\u001b\[\d+A\u001b\[J/);
    expect([code, first]).toEqual([130, second]);
    expect(stdout).toContain(`\u001b[${first.split('\n').length - 1}A`);
  });

  it('elsewhere says a line where something is new, or an object each time', async () => {
    const config = vesselWith(aPublished(busy));
    expect((await ubos('controls watch --timeout 1s', { config })).stdout.split('\n')).toHaveLength(2);
    const { stdout } = await watched('controls watch --json', {}, 5);
    expect(allPrinted(stdout, 'controls').length).toBeGreaterThan(1);
  });
});
