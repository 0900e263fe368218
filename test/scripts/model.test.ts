import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { ensureHome } from '../../scripts/lib/home.mjs';
import { nameLocalModel } from '../../scripts/lib/start/model.mjs';
import { agentSchema } from '../../src/config/sections/agent.schema.js';
import { useFolders } from '../support/folders.js';

const folder = useFolders();
const port = 7_000;

describe('npm start -- --model (spec T4)', () => {
  it('names the model of this machine in the agent.yaml of a new home, once', () => {
    const home = folder();
    ensureHome(home);
    expect(nameLocalModel(home, { port })).toEqual(['thinking_cycle.enable_autonomous_proposals', 'llm']);
    const text = readFileSync(join(home, 'agent.yaml'), 'utf8');
    expect(agentSchema.parse(parse(text))).toMatchObject({
      thinking_cycle: { enable_autonomous_proposals: true },
      llm: { providers: [{ name: 'local', base_url: 'http://127.0.0.1:7000/v1', profile: 'llamacpp' }] },
    });
    expect(nameLocalModel(home, { port })).toEqual([]);
    expect(readFileSync(join(home, 'agent.yaml'), 'utf8')).toBe(text);
  });

  it('leaves alone what people wrote about models', () => {
    const home = folder();
    const own = 'vessel_id: a\nthinking_cycle:\n  enable_autonomous_proposals: false\nllm: { temperature: 0 }\n';
    writeFileSync(join(home, 'agent.yaml'), own);
    expect(nameLocalModel(home, { port })).toEqual([]);
    expect(readFileSync(join(home, 'agent.yaml'), 'utf8')).toBe(own);
  });

  it('says what to write where it cannot', () => {
    const home = folder();
    writeFileSync(join(home, 'agent.yaml'), 'vessel_id: a\nthinking_cycle: { enabled: true }\n');
    expect(() => nameLocalModel(home, { port })).toThrow(/has no section thinking_cycle/);
    expect(readFileSync(join(home, 'agent.yaml'), 'utf8')).not.toContain('llm');
  });
});
