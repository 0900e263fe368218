import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readWhole } from '../../../../src/adapters/audit/read/read-trail.js';
import type { OraclesConfig } from '../../../../src/config/sections/oracles.js';
import { logFilesOf } from '../../../../src/config/config.js';
import type { AuditRecord } from '../../../../src/domain/trail/records.js';
import { aFolder } from '../../../support/folders.js';
import type { Behaviour } from '../../../support/model/endpoints.js';
import { anEndpoint, sayJson } from '../../../support/model/endpoints.js';
import { someOracles, wolframSays } from '../../../support/oracles/oracles.js';
import { aConfig, ubos } from '../../support/ubos.js';

const folder = aFolder();
let homes = 0;

async function aHome(behave: Behaviour, change: Partial<OraclesConfig> = {}) {
  const home = join(folder, `home-${(homes += 1)}`);
  mkdirSync(home);
  const keyFile = join(home, 'key');
  writeFileSync(keyFile, 'oracle-key-of-the-test', { mode: 0o600 });
  const { endpoint, asked } = await anEndpoint(behave);
  const at = { baseUrl: endpoint.baseUrl, isLocal: true, keyFile };
  const oracles = someOracles({
    enabled: true,
    endpoints: { groq: { baseUrl: at.baseUrl, isLocal: true }, wolfram: at, datacommons: at },
    ...change,
  });
  const config = aConfig({ oracles }, home);
  const records: AuditRecord[] = [];
  return {
    home,
    asked,
    run: (...argv: string[]) => ubos(['oracle', 'ask', ...argv], { config }),
    recorded: async () => {
      records.length = 0;
      await readWhole(logFilesOf(config), 'mission_log', ({ record }) => void records.push(record));
      return records.map(({ event_type: type, outcome }) => [type, ...(outcome === undefined ? [] : [outcome])]);
    },
  };
}

const moon = 'distance from the earth to the moon';
const saysMoon: Behaviour = (response) => sayJson(response, wolframSays('384400 km (kilometers)'));

describe('ubos oracle ask (spec T8)', () => {
  it('asks once, says what it heard, and has it on record; the same again comes out of the cache', async () => {
    const { run, asked, recorded } = await aHome(saysMoon);
    expect(await run('wolfram', moon)).toMatchObject({ code: 0, stdout: '384400 km (kilometers)\n' });
    const again = await run('wolfram', moon, '--json');
    expect(JSON.parse(again.stdout)).toMatchObject({
      schema: 'ubos.oracle-answer/v1',
      ...{ oracle: 'wolfram', query: moon, kind: 'number', value: 384_400, unit: 'km', cached: true },
    });
    expect(asked).toHaveLength(1);
    expect(await recorded()).toEqual([['oracle_asked'], ['oracle_answered', 'answered']]);
    expect((await run('wolfram', moon, '--fresh')).code).toBe(0);
    expect(asked).toHaveLength(2);
  });

  it('is not asked more often than is allowed', async () => {
    const { run, asked } = await aHome(saysMoon, { dailyMax: { groq: 1, wolfram: 1, datacommons: 1 } });
    await run('wolfram', moon);
    const second = await run('wolfram', 'another question');
    expect(second).toMatchObject({ code: 4, stdout: '' });
    expect(second.stderr).toContain('quota: wolfram was asked 1 times within a day');
    expect(asked).toHaveLength(1);
  });

  it.each<[string, readonly string[], number, string]>([
    ['no oracle', [], 2, 'which oracle?'],
    ['an unknown one', ['delphi', 'x'], 2, '"delphi" is no oracle: one of groq, wolfram, datacommons'],
    ['no question', ['wolfram'], 2, 'what shall wolfram be asked?'],
    ['a question without quotes', ['wolfram', 'how', 'far'], 2, 'one word too many'],
    ['a key in the question', ['wolfram', 'AKIAJANUSCANARY00000'], 2, 'looks like a key'],
    ['no query of its oracle', ['datacommons', 'how many?'], 2, 'expected "VARIABLE ENTITY"'],
    ['no key', ['groq', 'why?'], 4, 'unavailable: no key: name one at integrations.oracle_trinity.keys.groq'],
  ])('%s: exit code and reason, and nobody is asked', async (_, argv, code, why) => {
    const { run, asked } = await aHome(saysMoon);
    const { stderr, ...rest } = await run(...argv);
    expect(rest).toMatchObject({ code, stdout: '' });
    expect(stderr.replaceAll(/\s+/g, ' ')).toContain(why);
    expect(asked).toEqual([]);
  });

  it('says what was wrong with the answer, and when to ask again', async () => {
    const { run, recorded } = await aHome((response) => response.writeHead(429, { 'retry-after': '7' }).end());
    const { code, stderr } = await run('wolfram', moon);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/too_many_requests[^]*ask again in 7 s/) });
    expect(await recorded()).toEqual([['oracle_asked'], ['oracle_answered', 'too_many_requests']]);
  });

  it('asks nobody while they are switched off, and nobody under a stop', async () => {
    const off = await aHome(saysMoon, { enabled: false });
    expect(await off.run('wolfram', moon)).toMatchObject({ code: 4, stderr: expect.stringContaining('enabled is false') });
    const stopped = await aHome(saysMoon);
    writeFileSync(join(stopped.home, 'EMERGENCY_STOP'), '');
    expect(await stopped.run('wolfram', moon)).toMatchObject({ code: 9 });
    expect([...off.asked, ...stopped.asked]).toEqual([]);
  });
});
