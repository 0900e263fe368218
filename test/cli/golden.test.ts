import stringWidth from 'string-width';
import { describe, expect, it } from '@jest/globals';
import { aClient } from './support/fake-client.js';
import { expectGolden } from './support/golden.js';
import type { Session } from './support/ubos.js';
import { aHealth, ubos } from './support/ubos.js';
import { aView, highRisk, id, listed, listing, otherId, previewedView, rolledBackView } from './support/views.js';

const widths = [40, 80, 200];
const ended = listed({ status: 'rolled_back', deadline: '2026-01-02T11:00:00.000Z', endedAt: '2026-01-02T09:00:00.000Z' });
const degraded = aHealth({
  polled: { brain: true, mind: false, hands: false },
  escapement: undefined,
  thinking: { paused: true, next: undefined },
});

/** Shows a preview once after each time that somebody asked for it. */
const aPreviewing = () => {
  let asked = false;
  const view = async () => {
    const shown = asked ? previewedView() : aView();
    asked = false;
    return shown;
  };
  const decide = async () => {
    asked = true;
    return { accepted: true, code: 'ACCEPTED', message: '', status: 'proposed' } as const;
  };
  return aClient({ change: { view, decide } });
};

const screens: readonly { readonly name: string; readonly line: string; readonly session?: Session }[] = [
  { name: 'proposals-list/waiting', line: 'proposals list', session: { client: aClient({ listed: listing }) } },
  { name: 'proposals-list/all', line: 'proposals list --all', session: { client: aClient({ listed: [...listing, ended] }) } },
  { name: 'proposals-list/iso', line: 'proposals list --time iso', session: { client: aClient({ listed: listing }) } },
  { name: 'proposals-list/nothing', line: 'proposals list', session: { client: aClient({ listed: [] }) } },
  { name: 'proposals-show/low', line: `proposals show ${id}` },
  {
    name: 'proposals-show/high',
    line: `proposals show ${id}`,
    session: { client: aClient({ views: [aView({ document: highRisk, warnings: ['writes outside the workspace'] })] }) },
  },
  { name: 'proposals-show/previewed', line: `proposals show ${id}`, session: { client: aClient({ views: [previewedView()] }) } },
  { name: 'proposals-show/rolled-back', line: `proposals show ${id}`, session: { client: aClient({ views: [rolledBackView()] }) } },
  {
    name: 'proposals-show/relative',
    line: `proposals show ${id} --time relative`,
    session: { client: aClient({ views: [rolledBackView()] }) },
  },
  { name: 'proposals-history/waits', line: `proposals history ${id}` },
  { name: 'status/healthy', line: 'status' },
  { name: 'status/degraded', line: 'status', session: { health: degraded } },
  { name: 'approve/low', line: `approve ${id} --by alice` },
  { name: 'approve/wait', line: `approve ${id} --by alice --wait` },
  { name: 'approve/too-late', line: `approve ${id} --by bob`, session: { client: aClient({ views: [rolledBackView()] }) } },
  {
    name: 'reject/two',
    line: `reject ${id} ${otherId} --by alice --reason why-not`,
    session: { client: aClient({ views: [aView(), aView({ document: { proposal_id: otherId } })] }) },
  },
  { name: 'extend/hours', line: `extend ${id} 12h` },
  { name: 'propose/again', line: `propose --from ${id}` },
  { name: 'watch/rolled-back', line: `watch ${id}`, session: { client: aClient({ views: [rolledBackView()] }) } },
  { name: 'logs/failed', line: `logs ${id}`, session: { client: aClient({ views: [rolledBackView()] }) } },
  { name: 'think/wait', line: 'think --wait' },
  { name: 'help/approve', line: 'help approve' },
  { name: 'help/preview', line: 'help preview' },
  { name: 'preview/bound', line: `preview ${id}`, session: { client: aPreviewing() } },
  { name: 'help-exit-codes/table', line: 'help exit-codes' },
  { name: 'config-explain/section', line: 'config explain harness' },
];

describe.each(screens)('ubos $line ($name) (spec U1)', ({ name, line, session = {} }) => {
  it.each(widths)('for people at %i columns', async (columns) => {
    const { code, stdout, stderr } = await ubos(line, { ...session, columns, rows: 24 });
    const err = stderr === '' ? '' : `\n--- stderr\n${stderr}`;
    expectGolden(`${name}.${columns}`, `$ ubos ${line}\n${stdout}${err}\n--- exit code ${code}\n`);
  });
});

describe('layout (spec U2)', () => {
  // What is there to be copied is left whole; the terminal breaks it.
  const mayBeWider = /^(?:\s*\S+|\s*'.*'|.*https?:\S*)$/;
  const laidOut = screens.filter(({ name }) => !name.startsWith('help/') && !name.startsWith('propose/'));

  it.each(widths.flatMap((columns) => laidOut.map((screen) => ({ ...screen, columns }))))(
    '$name fits into $columns columns',
    async ({ line, session = {}, columns }) => {
      const { stdout } = await ubos(line, { ...session, columns, rows: 24 });
      const wide = stdout.split('\n').filter((text) => stringWidth(text) > columns && !mayBeWider.test(text));
      expect(wide).toEqual([]);
    },
  );

  it('commands to be typed stay one command for a shell, however narrow the terminal is', async () => {
    const { stdout } = await ubos(`proposals show ${id}`, { columns: 40, rows: 24 });
    const typed = stdout.slice(stdout.indexOf('COMMANDS:')).replaceAll(/ \\\n\s+/g, ' ');
    expect(typed).toContain(`ubos reject ${id} --reason 'Your reason here'`);
  });
});

describe('colour (spec U2)', () => {
  const ansi = /\u001b/;
  const client = () => aClient({ listed: listing });

  it('is there on a terminal, which shows that the tests below can fail', async () => {
    expect((await ubos('proposals list', { client: client(), tty: 'stdout', columns: 100 })).stdout).toMatch(ansi);
  });

  it.each<{ name: string; line?: string; session: Session }>([
    { name: 'into a pipe', session: {} },
    { name: 'with NO_COLOR', session: { tty: 'stdout', env: { NO_COLOR: '1' } } },
    { name: 'on a dumb terminal', session: { tty: 'stdout', env: { TERM: 'dumb' } } },
    { name: 'with --no-color', line: '--no-color', session: { tty: 'stdout' } },
  ])('not one byte of it $name', async ({ line = '', session }) => {
    for (const each of screens) {
      const { stdout, stderr } = await ubos(`${each.line} ${line}`, { ...each.session, ...session });
      expect([each.name, ansi.test(stdout + stderr)]).toEqual([each.name, false]);
    }
  });
});
