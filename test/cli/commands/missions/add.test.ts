import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readWhole } from '../../../../src/adapters/audit/read/read-trail.js';
import type { JanusConfig } from '../../../../src/config/config.js';
import { logFilesOf } from '../../../../src/config/config.js';
import type { AuditRecord } from '../../../../src/domain/trail/records.js';
import { useFolders } from '../../../support/folders.js';
import type { Behaviour } from '../../../support/model/endpoints.js';
import { anEndpoint, completionOf, sayJson } from '../../../support/model/endpoints.js';
import { anLlm } from '../../../support/model/llm.js';
import { anEntry } from '../../../support/model/subjects.js';
import { openTrail } from '../../../support/trail/trails.js';
import { printed } from '../../support/printed.js';
import type { Session } from '../../support/ubos.js';
import { aConfig, ubos } from '../../support/ubos.js';

const sentence = 'Keep the disk below 70 percent';
const drafted = {
  title: 'A free disk',
  action_types: ['disk_report'],
  success: [{ metric: 'disk_usage_percent', comparison: '<', value: 70 }],
};
const saysDraft: Behaviour = (response) => sayJson(response, completionOf(drafted));

describe('ubos missions add (spec T2, T3)', () => {
  const aPlace = useFolders();
  const aHome = (change: Partial<JanusConfig> = {}) => {
    const home = aPlace();
    const config = aConfig({ catalogue: [anEntry()], ...change }, home);
    const file = join(home, 'mission_objectives.json');
    return {
      ...{ home, config, file },
      add: (argv: readonly string[], session: Session = {}) =>
        ubos(['missions', 'add', ...argv], { config, env: { JANUS_USER: 'ana', NO_COLOR: '1' }, ...session }),
      text: () => (existsSync(file) ? readFileSync(file, 'utf8') : undefined),
      missions: () => (JSON.parse(readFileSync(file, 'utf8')) as { missions: unknown[] }).missions,
      recorded: async () => {
        const records: AuditRecord[] = [];
        await readWhole(logFilesOf(config), 'mission_log', ({ record }) => void records.push(record));
        return records;
      },
    };
  };
  const withModel = async (behave: Behaviour, change: Partial<JanusConfig['llm']> = {}) => {
    const { endpoint, asked } = await anEndpoint(behave, { timeoutMilliseconds: 1_000 });
    return { ...aHome({ llm: anLlm({ providers: [endpoint], ...change }) }), asked };
  };
  const yes = { keys: [{ on: 'store it', type: 'y' }] };

  it('shows what the model made of the sentence, and stores it when the person says so', async () => {
    const { add, missions, recorded, asked } = await withModel(saysDraft);
    const { code, stdout } = await add([sentence], yes);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /TITLE +A free disk\n +OBJECTIVE +Keep the disk below 70 percent\n +MAY PROPOSE +disk_report\n +REACHED WHEN +disk_usage_percent <70/,
    );
    expect(missions()).toEqual([
      {
        ...{ id: 'a-free-disk', title: 'A free disk', objective: sentence, priority: 0, active: true },
        ...{ allowed_action_types: ['disk_report'], success: { disk_usage_percent: '<70' } },
      },
    ]);
    expect(asked.map(({ body }) => body)).toEqual([expect.stringContaining(sentence)]);
    expect(await recorded()).toMatchObject([
      { event_type: 'model_called', step: 'mission', by: 'ana', tokens_reserved: 6_000 },
      { event_type: 'model_answered', outcome: 'answered', tokens: 366, provider: 'local' },
    ]);
  });

  it.each([
    ['says no', { keys: [{ on: 'store it', type: 'n' }] }, 130],
    ['has no terminal', {}, 2],
  ])('stores nothing where the person %s, and prints the command that would: it asks no model', async (_, session, code) => {
    const { add, text, missions, asked } = await withModel(saysDraft);
    const said = await add([sentence], { ...session, columns: 2_000 });
    expect({ code: said.code, text: text() }).toEqual({ code, text: undefined });
    const [, command = ''] = /ubos missions add (.*--yes)/.exec(said.stderr) ?? [];
    expect(command).toBe(
      `'${sentence}' --id a-free-disk --title 'A free disk' --success 'disk_usage_percent=<70' --allow disk_report --yes`,
    );
    const words = [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, inside, plain]) => inside ?? plain ?? '');
    expect(await add(words)).toMatchObject({ code: 0 });
    expect(missions()).toMatchObject([{ id: 'a-free-disk', success: { disk_usage_percent: '<70' } }]);
    expect(asked).toHaveLength(1);
  });

  it('works without a model, by what was typed', async () => {
    const { add, missions } = aHome();
    const bare = await add([sentence], yes);
    expect(bare).toMatchObject({ code: 4, stdout: '' });
    expect(bare.stderr.replaceAll(/\s+/g, ' ')).toMatch(/no model is configured.*--success/);
    const argv = [
      sentence,
      '--success',
      'disk_usage_percent=<70',
      '--success',
      'load1<4',
      '--priority=-2',
      '--expires',
      '2d',
      '--json',
      '--yes',
    ];
    expect(printed((await add(argv)).stdout, 'mission-added')).toMatchObject({ stored: true, drafted_by: null });
    expect(missions()).toEqual([
      {
        ...{ id: 'keep-the-disk-below-70-percent', title: sentence, objective: sentence, priority: -2, active: true },
        ...{ expires_at: '2026-01-04T12:00:00.000Z', success: { disk_usage_percent: '<70', load1: '<4' } },
      },
    ]);
    expect(await add([sentence, '--success', 'load1=<4', '--yes'])).toMatchObject({ code: 0 });
    expect(missions()).toMatchObject([{}, { id: 'keep-the-disk-below-70-percent-2' }]);
  });

  it('says what is hardly meant: a success that holds, a number that was lost, what the model invented', async () => {
    const invented = {
      ...drafted,
      action_types: ['rm_rf'],
      success: [
        { metric: 'disk_usage_percent', comparison: '<=', value: 100 },
        { metric: 'disk', value: 1 },
      ],
    };
    const { add } = await withModel((response) => sayJson(response, completionOf(invented)));
    const { stdout } = await add([sentence], { ...yes, columns: 300 });
    expect(stdout).toContain('! its success holds already');
    expect(stdout).toContain('! the sentence says 70, its success does not');
    expect(stdout).toContain('! the model said besides: there is no action type rm_rf');
    expect(stdout).toMatch(/! the model said besides: "disk" is no metric/);
    expect(stdout).toContain('actions of every type');
  });

  it.each<[string, Behaviour, string, number]>([
    ['an answer of another shape', (response) => sayJson(response, completionOf({ tool: 'rm' })), 'wrong_shape', 1],
    ['HTML', (response) => sayJson(response, '<html>'), 'not_json', 1],
    ['silence', () => undefined, 'timeout', 124],
    ['status 500', (response) => void response.writeHead(500).end(), 'http_error', 1],
  ])('%s: nothing is stored, the reason is said, and it is on record', async (_, behave, outcome, code) => {
    const { add, text, recorded } = await withModel(behave);
    const said = await add([sentence], yes);
    expect({ code: said.code, text: text() }).toEqual({ code, text: undefined });
    expect(said.stderr).toContain(`${outcome}: `);
    expect(await recorded()).toMatchObject([{}, { outcome }]);
  });

  it('counts as a question of the day, and asks nobody beyond it or under a stop', async () => {
    const { add, asked } = await withModel(saysDraft, { dailyCallsMax: 1 });
    await add([sentence], yes);
    expect(await add([sentence], yes)).toMatchObject({ code: 4, stderr: expect.stringContaining('budget: asked 1 times within a day') });
    expect(asked).toHaveLength(1);
    const stopped = await withModel(saysDraft);
    writeFileSync(join(stopped.home, 'EMERGENCY_STOP'), '');
    expect(await stopped.add([sentence], yes)).toMatchObject({ code: 9 });
    expect(stopped.asked).toEqual([]);
  });

  it('keeps all that stands in the file, and refuses one that changed while the person read', async () => {
    const { add, file, text, missions } = aHome();
    const before = '{ "current": "a",\n  "missions": [\n    { "id": "a",   "title": "A" }\n  ]\n}\n';
    writeFileSync(file, before);
    expect(await add([sentence, '--success', 'load1=<4', '--yes'])).toMatchObject({ code: 0 });
    expect(text()?.startsWith(before.slice(0, before.indexOf(' }\n  ]') + 2))).toBe(true);
    expect(missions()).toHaveLength(2);
    const onOutput = (stdout: string) => void (stdout.includes('store it') && writeFileSync(file, before));
    const { code, stderr } = await add(['Another', '--success', 'load1=<4'], { ...yes, onOutput });
    expect({ code, text: text() }).toEqual({ code: 5, text: before });
    expect(stderr).toContain('changed meanwhile');
  });

  it('refuses a file that is broken, with its line, and leaves it', async () => {
    const { add, file, text } = aHome();
    writeFileSync(file, '{ "missions": [\n  { "id": "a", }\n]}');
    const { code, stderr } = await add([sentence, '--yes']);
    expect({ code, text: text() }).toEqual({ code: 2, text: '{ "missions": [\n  { "id": "a", }\n]}' });
    expect(stderr).toContain('mission_objectives.json:2: ');
  });

  it.each([
    ['no sentence', [], 'Say it in one sentence'],
    ['a sentence without quotes', ['Keep', 'it'], 'one word too many'],
    ['what nobody sees', ['Keep\u202eit'], 'what nobody can see'],
    ['a metric that nobody knows', [sentence, '--success', 'disk_usage=<70'], 'did you mean disk_usage_percent?'],
    ['a unit', [sentence, '--success', 'disk_usage_percent=<70%'], 'is not a comparison'],
    ['no comparison', [sentence, '--success', 'load1'], 'compares no metric'],
    ['a type that nothing has', [sentence, '--allow', 'disk_repot'], 'did you mean disk_report?'],
    ['no priority', [sentence, '--priority', 'high'], 'a whole number'],
    ['no moment', [sentence, '--expires', 'soon'], 'a moment or a time from now'],
    ['what is over', [sentence, '--expires', '2020-01-01'], 'is over already'],
    ['no id', [sentence, '--id', 'Disk!'], 'lower-case letters'],
    ['an id that is taken', [sentence, '--id', 'taken', '--yes'], 'has a mission taken already'],
    ['an id that was reached', [sentence, '--id', 'closed', '--yes'], 'stays closed'],
  ])('%s: exit code 2, and the file stays as it is', async (_, argv, words) => {
    const { add, home, file, text } = aHome();
    writeFileSync(file, '{"missions":[{"id":"taken","title":"T"}]}');
    const data = { workflow_id: 'w', started: [], duplicates: [], skipped: [], metrics: {}, reached: ['closed'] };
    await openTrail(home).trail.append('mission_log', { id: 'cycle/1', eventType: 'thinking_cycle', summary: 'thought', data });
    const { code, stderr } = await add(argv);
    expect({ code, text: text() }).toEqual({ code: 2, text: '{"missions":[{"id":"taken","title":"T"}]}' });
    expect(stderr.replaceAll(/\s+/g, ' ')).toContain(words);
  });
});
