import { chmodSync, chownSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { errorOf, loadFrom, soundAgent } from '../../support/vessel/configuration.js';
import { useFolders } from '../../support/folders.js';
import { softKey } from '../../support/proposals/signatures.js';

const aPlace = useFolders();
const scope = 'namespaces="janus-approval@v1"';
const groups = '  groups: { owners: [ana, bob], others: [cleo] }\n';
const section = (more: string) => `${soundAgent}approvals:\n  allowed_signers: signers\n  revoked_signers: revoked\n${groups}${more}`;

interface Files {
  readonly agent?: string;
  readonly signers?: string;
  readonly revoked?: string;
}

function placed({ signers, revoked }: Files): string {
  const folder = aPlace();
  if (signers !== undefined) writeFileSync(join(folder, 'signers'), signers, { mode: 0o644 });
  if (revoked !== undefined) writeFileSync(join(folder, 'revoked'), revoked, { mode: 0o644 });
  return folder;
}

/** The lines of the error, without the folder. */
function refusal(folder: string, agent = section('')): string[] {
  const error = errorOf(() => loadFrom(folder, { agent }));
  expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
  return error.message.replaceAll(`${folder}/`, '').replaceAll(folder, '').split('\n');
}

describe('rules (spec A4)', () => {
  it('are read into thresholds that the tally knows', () => {
    const rules = [
      '  rules:',
      '    - { when: { risk: high }, any_of: [{ group: owners, approve: 2 }, { all_of: [{ group: owners, approve: 1 }, { group: others, approve: 1 }] }], signature: required, escalate_to: others }',
      '    - { when: { risk: [low, medium], action_type: log_rotate }, all_of: [{ group: others, approve: 1 }], deny: 1 }',
    ];
    const agent = section(
      `  self_approval: allowed\n  model_operators: [cleo]\n  break_glass: { group: owners, review_hours: 2 }\n${rules.join('\n')}\n`,
    );
    const folder = placed({ signers: `ana ${scope} ${softKey().publicKey}\n` });
    expect(loadFrom(folder, { agent }).approvals).toEqual({
      signature: 'by_risk',
      allowedSigners: join(folder, 'signers'),
      revokedSigners: join(folder, 'revoked'),
      groups: { owners: ['ana', 'bob'], others: ['cleo'] },
      selfApproval: 'allowed',
      modelOperators: ['cleo'],
      breakGlass: { group: 'owners', reviewSeconds: 7_200 },
      rules: [
        {
          risks: ['high'],
          requirement: {
            anyOf: [
              { group: 'owners', approve: 2 },
              {
                allOf: [
                  { group: 'owners', approve: 1 },
                  { group: 'others', approve: 1 },
                ],
              },
            ],
          },
          signature: 'required',
          escalateTo: 'others',
        },
        { risks: ['low', 'medium'], actionTypes: ['log_rotate'], requirement: { allOf: [{ group: 'others', approve: 1 }] } },
      ],
    });
  });

  it('need not be there, nor need keys: nothing is signed then', () => {
    expect(loadFrom(aPlace()).approvals).toMatchObject({
      signature: 'by_risk',
      selfApproval: 'forbidden',
      rules: [],
      modelOperators: [],
      breakGlass: undefined,
    });
    expect(loadFrom(aPlace(), { agent: section('') }).approvals.allowedSigners).toBeUndefined();
  });

  it.each([
    [
      'both joins',
      '{ all_of: [{ group: owners, approve: 1 }], any_of: [{ group: owners, approve: 1 }] }',
      'approvals.rules.0: found {',
      'exactly one of all_of and any_of',
    ],
    ['neither', '{ when: { risk: high } }', 'approvals.rules.0: found {', 'exactly one of all_of and any_of'],
    [
      'a risk that there is not',
      '{ when: { risk: highest }, any_of: [{ group: owners, approve: 1 }] }',
      'approvals.rules.0.when.risk: found "highest"',
      'low, medium or high',
    ],
    [
      'a type in other letters',
      '{ when: { action_type: Log Rotate }, any_of: [{ group: owners, approve: 1 }] }',
      'when.action_type: found "Log Rotate"',
      'snake_case',
    ],
    ['nobody', '{ any_of: [{ group: owners, approve: 0 }] }', 'any_of.0.approve: found 0', 'must be at least 1'],
    ['half a threshold', '{ any_of: [{ group: owners }] }', 'approvals.rules.0.any_of.0: found {', '{ group, approve }'],
    [
      'a threshold and a join',
      '{ any_of: [{ group: owners, approve: 1, any_of: [{ group: owners, approve: 1 }] }] }',
      'approvals.rules.0.any_of.0: found {',
      'not several',
    ],
    ['two denials', '{ any_of: [{ group: owners, approve: 1 }], deny: 2 }', 'approvals.rules.0.deny: found 2', 'any deny vetoes'],
    [
      'an unknown key',
      '{ any_of: [{ group: owners, aprove: 1 }] }',
      'approvals.rules.0.any_of.0.aprove: found an unknown key',
      'did you mean approve?',
    ],
    [
      'a group that there is not',
      '{ any_of: [{ all_of: [{ group: owner, approve: 1 }] }] }',
      'approvals.rules.0.any_of.0.all_of.0.group: found "owner"',
      'knows owners, others',
    ],
    [
      'a next group that there is not',
      '{ any_of: [{ group: owners, approve: 1 }], escalate_to: boss }',
      'approvals.rules.0.escalate_to: found "boss"',
      'knows owners, others',
    ],
    [
      '3 of a group of 2',
      '{ any_of: [{ group: owners, approve: 3 }] }',
      'approvals.rules.0.any_of: found a rule that can never be met',
      '3 of owners can never be met',
    ],
    [
      'two thresholds and one person',
      '{ all_of: [{ group: others, approve: 1 }, { group: others, approve: 1 }] }',
      'approvals.rules.0.all_of: found a rule',
      'can never be met',
    ],
  ])('%s is an error with line and key', (_, rule, found, allowed) => {
    const lines = refusal(aPlace(), section(`  rules:\n    - ${rule}\n`));
    expect(lines[0]).toContain(`agent.yaml:8: `);
    expect(lines[0]).toContain(found);
    expect(lines[0]).toContain(allowed);
  });

  it.each([
    ['break_glass: { group: boss }', 'agent.yaml:7: approvals.break_glass.group: found "boss"; approvals.groups knows owners, others'],
    ['model_operators: [bob, dora]', 'agent.yaml:7: approvals.model_operators.1: found "dora"; a person of approvals.groups'],
    ['signature: sometimes', 'agent.yaml:7: approvals.signature: found "sometimes"; must be "required", "by_risk", "optional" or "off"'],
    [
      'signature: required',
      'agent.yaml:7: approvals.allowed_signers: found no file signers, although signatures are required; keys of approvers: ubos keys init, then ubos keys add',
    ],
    [
      'rules: [{ any_of: [{ group: owners, approve: 1 }], signature: required }]',
      'agent.yaml:7: approvals.allowed_signers: found no file signers, although signatures are required; keys of approvers: ubos keys init, then ubos keys add',
    ],
  ])('%s is an error too', (line, message) => {
    expect(refusal(aPlace(), section(`  ${line}\n`))).toEqual([message]);
  });
});

describe('allowed signers (spec A3)', () => {
  const key = softKey().publicKey;
  it.each([
    [
      'a line without purpose',
      `ana ${scope} ${key}\n\nbob ${softKey().publicKey}\n`,
      'signers:3: found no namespaces; namespaces="janus-approval@v1"',
    ],
    [
      'a key for something else',
      `ana namespaces="git" ${key}\n`,
      'signers:1: found namespaces="git"; namespaces="janus-approval@v1" to decide',
    ],
    [
      'a stranger',
      `dora ${scope} ${key}\n`,
      'signers:1: found the principal "dora", who is in no group; approvals.groups knows owners (ana, bob), others (cleo)',
    ],
    ['a key twice', `ana ${scope} ${key}\nbob ${scope} ${key}\n`, 'signers:2: found the key of line 1 again'],
    ['a broken key', `ana ${scope} ${key.slice(0, -5)}\n`, 'signers:1: found a key that cannot be read'],
    ['everybody', `* ${scope} ${key}\n`, 'signers:1: found the principal "*"'],
    [
      'the vessel as an approver',
      `janus-test ${scope} ${key}\n`,
      'signers:1: found namespaces="janus-approval@v1"; the vessel proposes and never approves',
    ],
  ])('with %s are an error with file and line', (_, signers, message) => {
    expect(refusal(placed({ signers }))[0]).toContain(message);
    // Nobody looks at them where nothing signed is looked at.
    expect(() => loadFrom(placed({ signers }), { agent: section('  signature: off\n') })).not.toThrow();
  });

  it('may hold the key of the vessel itself, to propose with, and persons in other letters', () => {
    const signers = `janus-test namespaces="janus-proposal@v1" ${key}\nANA ${scope} ${softKey().publicKey}\n`;
    expect(loadFrom(placed({ signers }), { agent: section('') }).approvals.allowedSigners).toBeDefined();
  });

  it('may hold the key of somebody who only proposes, and is in no group', () => {
    const signers = `dora namespaces="janus-proposal@v1" ${key}\n`;
    expect(loadFrom(placed({ signers }), { agent: section('') }).approvals.allowedSigners).toBeDefined();
  });

  const good = `ana ${scope} ${key}\n`;
  it.each([0o666, 0o664, 0o646])('that others may write (%#) vouch for nobody', (mode) => {
    const folder = placed({ signers: good });
    chmodSync(join(folder, 'signers'), mode);
    expect(refusal(folder)).toEqual([expect.stringMatching(/^signers:1: found a file that others may write .*chmod go-w signers$/)]);
  });

  it('that are a link to nowhere are not taken for absent', () => {
    const folder = placed({});
    symlinkSync('/nonexistent/signers', join(folder, 'signers'));
    expect(refusal(folder)).toEqual([expect.stringMatching(/^signers:1: found no such file; the file must be readable/)]);
  });

  it('in a folder that everybody may write could be replaced', () => {
    const folder = placed({});
    mkdirSync(join(folder, 'open'));
    chmodSync(join(folder, 'open'), 0o1777);
    writeFileSync(join(folder, 'open', 'signers'), good, { mode: 0o644 });
    const lines = refusal(folder, section('').replace('signers: signers', 'signers: open/signers'));
    expect(lines).toEqual([expect.stringContaining('chmod o-w open')]);
  });

  (process.getuid?.() === 0 ? it : it.skip)('of another user are not taken', () => {
    const folder = placed({ signers: good, revoked: '' });
    chownSync(join(folder, 'signers'), 12_345, 0);
    expect(refusal(folder)).toEqual([expect.stringMatching(/^signers:1: found a file of uid 12345; .*chown root/)]);
  });

  it.each([['a line that is no key', 'SHA256:abc\n', /^revoked:1: found a line that is not a public key/]])(
    'with revoked ones in %s are an error',
    (_, revoked, message) => {
      expect(refusal(placed({ signers: good, revoked }))).toEqual([expect.stringMatching(message)]);
      expect(() => loadFrom(placed({ signers: good, revoked: `${key}\n` }), { agent: section('') })).not.toThrow();
    },
  );
});
