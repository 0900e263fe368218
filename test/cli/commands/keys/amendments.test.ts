import { writeFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { softKey } from '../../../support/proposals/signatures.js';
import { errorOf, loadFrom } from '../../../support/vessel/configuration.js';
import { agent, aHome } from '../../support/key-home.js';

const required = `${agent.replace('[bob]', '[claude, gemini, codex]')}constitutional: { amendments: required }\n`;
const words = (text: string) => text.replaceAll(/\s+/g, ' ');

/** The order that a newcomer takes who asks for reviews first. */
function aNewcomer() {
  const { home, run, at, text } = aHome(required);
  return {
    run,
    text,
    starts: () => loadFrom(home, { agent: required }).amendments,
    refusal: () => errorOf(() => loadFrom(home, { agent: required })).message,
    add: (name: string) => {
      writeFileSync(at(`${name}.pub`), `${softKey().publicKey}\n`);
      return run(`keys add ${name} ${name}.pub`);
    },
  };
}

describe('keys where constitutional.amendments is required already (spec C7, A3)', () => {
  it('can be added though nothing starts without them; each says what still lacks, and with the last one it starts', async () => {
    const { run, add, starts, refusal } = aNewcomer();
    expect(refusal()).toMatch(/agent\.yaml:\d+: constitutional\.amendments: found required, but no file .*ubos keys add/);
    expect((await run('keys list')).code).toBe(0);
    const first = await add('ana');
    expect(first.code).toBe(0);
    expect(words(first.stderr)).toContain('No worker starts with this configuration: ');
    expect(words(first.stderr)).toContain('claude, gemini, codex have no key');
    await add('claude');
    await add('gemini');
    expect(words((await add('codex')).stderr)).not.toContain('No worker starts');
    expect(starts()).toBe('required');
  });

  it('a stolen one can be taken away, also when another one lacks already', async () => {
    const { run, add, text, refusal } = aNewcomer();
    for (const name of ['ana', 'claude', 'gemini', 'codex']) await add(name);
    expect(words((await run('keys revoke codex')).stderr)).toContain('codex has no key; recorded, until there are keys');
    expect((await run('keys revoke gemini')).code).toBe(0);
    expect(text('revoked').match(/^ssh-ed25519 /gm)).toHaveLength(2);
    expect(refusal()).toContain('gemini, codex have no key');
  });
});
