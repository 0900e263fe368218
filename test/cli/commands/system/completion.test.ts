import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { commands } from '../../../../src/cli/commands.js';
import { ubos } from '../../support/ubos.js';

let folder = '';
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'janus-completion-'));
  for (const shell of ['bash', 'zsh', 'fish']) writeFileSync(join(folder, shell), (await ubos(`completion ${shell}`)).stdout);
  // What the completion asks for the ids that wait.
  writeFileSync(join(folder, 'ubos'), '#!/bin/sh\n[ "$*" = "proposals list -o id --timeout 2s" ] && echo janus-0123456789ab\n');
  chmodSync(join(folder, 'ubos'), 0o755);
  // Another Janus than the one that PATH finds.
  mkdirSync(join(folder, 'clone'));
  writeFileSync(join(folder, 'clone/ubos'), '#!/bin/sh\necho janus-ba9876543210\n', { mode: 0o755 });
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** What a real bash offers behind the words; the last one is being typed. */
function offered(words: readonly string[]): string[] {
  const typed = words.map((word) => `'${word}'`).join(' ');
  const script = `set -u; . ${join(folder, 'bash')}; COMP_WORDS=(${typed} ''); COMP_CWORD=${words.length - 1}; _ubos; printf '%s\\n' "\${COMPREPLY[@]:-}"; complete -p ubos >&2`;
  const child = spawnSync('bash', ['--norc', '--noprofile', '-c', script], {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: `${folder}:/usr/bin:/bin`, HOME: folder },
  });
  expect(child.stderr).toBe('complete -o default -F _ubos ubos\n');
  return child.stdout.trim().split('\n');
}

describe('completion in a real bash (spec U1)', () => {
  it.each([
    { words: ['ubos', 'appr'], offers: ['approve'] },
    { words: ['ubos', 're'], offers: ['review', 'reject', 'resolve', 'resume', 'restore'] },
    { words: ['ubos', 'proposals', ''], offers: ['list', 'show', 'history', 'cancel'] },
    { words: ['ubos', 'proposals', 'sh'], offers: ['show'] },
    { words: ['ubos', 'config', 'v'], offers: ['validate'] },
    { words: ['ubos', 'completion', 'z'], offers: ['zsh'] },
    { words: ['ubos', 'approve', 'janus-0'], offers: ['janus-0123456789ab'] },
    { words: ['./clone/ubos', 'approve', ''], offers: ['janus-ba9876543210'] },
    { words: ['~/clone/ubos', 'approve', ''], offers: ['janus-ba9876543210'] },
    { words: ['ubos', 'preview', ''], offers: ['janus-0123456789ab'] },
    { words: ['ubos', 'proposals', 'cancel', ''], offers: ['janus-0123456789ab'] },
    { words: ['ubos', 'audit', ''], offers: ['tail', 'verify', 'reconcile', 'export', 'report', 'prove', 'rotate', 'acknowledge-restore'] },
    { words: ['ubos', 'audit', 'prove', ''], offers: ['janus-0123456789ab'] },
    { words: ['ubos', 'status', '--no-i'], offers: ['--no-input'] },
    { words: ['ubos', 'check', 'x'], offers: [''] },
  ])('$words', ({ words, offers }) => {
    expect(offered(words)).toEqual(offers);
  });

  it('offers every verb', () => {
    expect(offered(['ubos', ''])).toEqual([...new Set(commands.map(({ path: [verb] }) => verb))]);
  });
});

describe('completion elsewhere (spec U1)', () => {
  const available = (shell: string) => spawnSync(shell, ['--version']).status === 0;

  it.each([
    { shell: 'zsh', args: ['-n'] },
    { shell: 'fish', args: ['--no-execute'] },
  ])('$shell reads its script', ({ shell, args }) => {
    if (!available(shell)) {
      process.stderr.write(`\nSKIPPED: ${shell} is not installed\n`);
      return;
    }
    const child = spawnSync(shell, [...args, join(folder, shell)], { encoding: 'utf8' });
    expect([child.status, child.stderr]).toEqual([0, '']);
  });
});
