import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EXIT } from '../../src/cli/exit-codes.js';
import { JanusError } from '../../src/domain/errors.js';
import { aTool } from '../support/proposals/proposals.js';
import { aClient } from './support/fake-client.js';
import { namesPrinted } from './support/printed.js';
import type { Session } from './support/ubos.js';
import { aConfig, aHealth, ubos } from './support/ubos.js';
import { aView, id, listing, otherId, rolledBackView } from './support/views.js';

const rolledBack = { client: aClient({ views: [rolledBackView()] }) };

interface Case {
  readonly line: string;
  readonly session?: Session;
  readonly schemas: readonly string[];
  readonly code?: number;
}

const names = ['shell', 'python', 'curl', 'git', 'rg', 'jq', 'sqlite3'];
/** One whose file can be read once more. */
const written = aConfig({
  agentFile: fileURLToPath(new URL('../config/agent.reference.yaml', import.meta.url)),
  tools: names.map((name) => aTool({ name })),
  allowedTools: names,
});

const cases: readonly Case[] = [
  { line: 'proposals list', session: { client: aClient({ listed: listing }) }, schemas: ['proposals'] },
  {
    line: 'proposals list --all -o jsonl',
    session: { client: aClient({ listed: listing }) },
    schemas: Array.from(listing, () => 'listed-proposal'),
  },
  { line: `proposals show ${id}`, schemas: ['proposal'] },
  { line: `proposals show ${id}`, session: rolledBack, schemas: ['proposal'] },
  { line: `proposals history ${id}`, schemas: ['history'] },
  { line: `proposals history ${id} -o jsonl`, schemas: ['history-event', 'history-event'] },
  { line: `proposals cancel ${id}`, schemas: ['decision'] },
  { line: `review ${id}`, schemas: ['proposal'] },
  { line: `approve ${id}`, schemas: ['decision'] },
  { line: `approve ${id} --wait`, schemas: ['decision', 'outcome'] },
  {
    line: `approve ${id} ${otherId}`,
    session: { client: aClient({ views: [aView(), aView({ document: { proposal_id: otherId } })] }) },
    schemas: ['decision', 'decision'],
  },
  { line: `reject ${id} --reason because`, schemas: ['decision'] },
  { line: `extend ${id} 12h`, schemas: ['decision'] },
  { line: `withdraw ${id}`, schemas: ['decision'] },
  { line: `break-glass ${id} --reason urgent`, schemas: ['decision'] },
  { line: `approve ${id} --print-signal`, schemas: ['signal'] },
  { line: `resolve ${id} completed --reason seen`, schemas: ['decision'] },
  { line: `propose --from ${id}`, schemas: ['proposed'] },
  { line: `propose --from ${id} --wait`, schemas: ['proposed', 'outcome'] },
  {
    line: `propose --from ${id}`,
    session: {
      client: aClient({ views: [aView({ status: 'rejected', violations: [{ rule: 'rationale', clause: 'C1', message: 'too short' }] })] }),
    },
    schemas: ['proposed'],
    code: EXIT.endedBadly,
  },
  { line: `propose --from ${id} --dry-run`, schemas: ['check'] },
  { line: 'check examples/disk-report.yaml', schemas: ['check'] },
  { line: `watch ${id}`, session: rolledBack, schemas: ['change'], code: EXIT.rolledBack },
  { line: `logs ${id}`, session: rolledBack, schemas: ['output', 'output'] },
  { line: 'status', schemas: ['status'] },
  {
    line: 'status',
    session: { health: aHealth({ escapement: undefined, thinking: undefined, polled: { brain: false, mind: true, hands: true } }) },
    schemas: ['status'],
  },
  { line: 'think', schemas: ['think'] },
  { line: 'think --wait', schemas: ['cycle'] },
  { line: 'keys list', schemas: ['keys'] },
  { line: 'config show', schemas: ['config'] },
  { line: 'config validate', session: { config: written }, schemas: ['config-valid'] },
  { line: 'config explain harness', schemas: ['config-key'] },
  { line: 'config explain harness.max_concurrency', schemas: ['config-key'] },
  { line: `ui ${id}`, schemas: ['ui'] },
  { line: 'completion bash', schemas: ['completion'] },
  { line: 'version', schemas: ['version'] },
  { line: 'help exit-codes', schemas: ['exit-codes'] },
];

describe('--json (spec U2)', () => {
  it.each(cases)('ubos $line: $schemas', async ({ line, session = {}, schemas, code = EXIT.ok }) => {
    const played = await ubos(line.includes('-o ') ? line : `${line} --json`, session);
    expect([played.code, namesPrinted(played.stdout), played.stderr]).toEqual([code, schemas, '']);
  });

  it.each([
    { name: 'an expected failure', line: `proposals show ${otherId} --json`, code: 'PROPOSAL_NOT_FOUND' },
    { name: 'a verb that nobody knows', line: 'aprove --json', code: 'USAGE' },
    { name: 'a group without its second word', line: 'proposals --json', code: 'USAGE' },
    { name: 'a flag that nobody knows, in the other spelling', line: 'status --frce -o json', code: 'USAGE' },
    { name: 'no terminal', line: 'review --json', code: 'USAGE' },
  ])('$name is one object on stderr, and nothing on stdout', async ({ line, code }) => {
    const { stdout, stderr } = await ubos(line);
    expect([stdout, namesPrinted(stderr)]).toEqual(['', ['error']]);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code } });
  });

  it('a bug is an object too, without its stack', async () => {
    const client = aClient({ change: { list: () => Promise.reject(new TypeError('x is undefined')) } });
    const { stderr } = await ubos('proposals list --json', { client });
    expect(namesPrinted(stderr)).toEqual(['error']);
    expect(stderr).toContain('"UNEXPECTED"');
    expect(stderr).not.toContain('.ts:');
  });

  it('details say who decided and when', async () => {
    const { stderr } = await ubos(`approve ${id} --json`, rolledBack);
    const { error } = JSON.parse(stderr) as { error: { details: unknown } };
    expect(error.details).toEqual({ answer: 'LATE', status: 'rolled_back', decided_by: 'alice', decided_at: '2026-01-02T11:58:59.000Z' });
  });

  it('a proposal that breaks rules: the rules on stdout, the error on stderr', async () => {
    const client = aClient({ views: [aView({ document: { rationale: 'because of it all, yes.', risk_level: 'low' } })] });
    const { code, stdout, stderr } = await ubos(`propose --from ${id} --dry-run --json`, { client, config: aConfig({ allowedTools: [] }) });
    expect([code, namesPrinted(stdout), namesPrinted(stderr)]).toEqual([EXIT.usage, ['check'], ['error']]);
    expect(JSON.parse(stdout)).toMatchObject({ valid: false, violations: [expect.objectContaining({ rule: expect.any(String) })] });
  });
});

describe('--json of what looks at this machine', () => {
  let home = '';
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'janus-cli-'));
    await writeFile(join(home, 'proposals.jsonl'), 'no record\n');
  });
  afterAll(() => rm(home, { recursive: true, force: true }));

  it('ubos doctor', async () => {
    const played = await ubos('doctor --json', { config: aConfig({}, home) });
    expect([played.code, namesPrinted(played.stdout)]).toEqual([EXIT.degraded, ['doctor']]);
    expect(played.stdout).toContain('nothing seals it');
  });

  it('ubos doctor without a configuration says that, once', async () => {
    const broken = Promise.reject(new JanusError('CONFIG_INVALID', 'agent.yaml:3: x', { next: 'mend it' }));
    broken.catch(() => undefined);
    const played = await ubos('doctor --json', { config: broken as never });
    const { findings } = JSON.parse(played.stdout) as { findings: { what: string; ok: boolean }[] };
    expect(findings.filter(({ ok }) => !ok)).toEqual([{ what: 'configuration', ok: false, detail: 'agent.yaml:3: x', next: 'mend it' }]);
  });
});
