import { describe, expect, it } from '@jest/globals';
import { sha256 } from '../../../src/adapters/files/sha256.js';
import { toReviewContext } from '../../../src/config/review-context.js';
import { parseProposal } from '../../../src/domain/action/proposal.schema.js';
import { reviewProposal } from '../../../src/domain/constitution/rules.js';
import type { CatalogueEntry } from '../../../src/domain/model/catalogue.js';
import type { ScalarShape } from '../../../src/domain/model/shape.js';
import { verifyCandidates } from '../../../src/domain/model/verify.js';
import { loadFrom } from '../../support/vessel/configuration.js';
import { aFolder } from '../../support/folders.js';
import { aCandidate, aContext } from '../../support/model/subjects.js';

const folder = aFolder();
const load = (agent: object, policy = '{}') =>
  loadFrom(folder, { agent: JSON.stringify({ vessel_id: 'janus-in-balaur', sandbox: { policy_path: 'policy.json' }, ...agent }), policy });

const entry = {
  name: 'list_files',
  description: 'Lists the files of a folder',
  action_type: 'disk_report',
  tool: 'shell',
  args: ['ls -l {folder}'],
  parameters: { folder: { type: 'string', form: 'path', max_length: 80 } },
};

/** Values that fit, at both ends. */
const samples = (shape: ScalarShape): (string | number)[] => {
  if (shape.kind === 'choice') return [...shape.values];
  return shape.kind === 'integer' ? [shape.min, shape.max] : ['abc'];
};

const fillings = ({ parameters }: CatalogueEntry) =>
  [0, 1, 2].map((turn) => Object.fromEntries(parameters.map(({ name, shape }) => [name, samples(shape)[turn] ?? samples(shape)[0] ?? ''])));

describe('the catalogue (spec T3, F1)', () => {
  it('has entries by default, and the constitution has nothing against what they make', () => {
    const config = load({});
    const programs = Object.fromEntries(config.tools.map(({ name, command: [path] }) => [name, { path }]));
    const review = toReviewContext(config, { programs, grantProblems: {}, profile: '' });
    const catalogue = { entries: config.catalogue, digest: sha256('') };
    expect(config.catalogue.map(({ id, risk }) => [id, risk])).toEqual(
      ['disk_free', 'disk_usage_by_folder', 'list_large_files', 'memory_report', 'load_report'].map((id) => [id, 'low']),
    );
    const objections = config.catalogue.flatMap((each) =>
      fillings(each).flatMap((parameters) => {
        const candidates = [aCandidate({ action: each.id, parameters })];
        const { accepted, dropped } = verifyCandidates(candidates, {
          catalogue,
          context: aContext(),
          proposalsMax: 1,
          review: (document) =>
            reviewProposal(
              parseProposal({ ...document, proposal_id: 'janus-000000000000', timestamp: '2026-01-02T12:00:00Z' }),
              review,
            ).map(({ message }) => message),
        });
        expect(accepted).toHaveLength(1);
        return dropped;
      }),
    );
    expect(objections).toEqual([]);
  });

  it('leaves a default entry out where its tool is not there, and says nothing of what nobody wrote', () => {
    expect(load({ tools: [{ name: 'jq', command: ['/usr/bin/jq'] }] }).catalogue).toEqual([]);
  });

  it('takes the floor of what an entry reaches, and more where people say so (spec C6)', () => {
    const undoing = { rollback: [{ tool: 'shell', args: ['true'] }], rollback_plan: 'Nothing to undo' };
    const risks = (change: object) => load({ catalogue: [{ ...entry, ...undoing, ...change }] }).catalogue.map(({ risk }) => risk);
    expect(risks({})).toEqual(['low']);
    expect(risks({ args: ['ls {folder} > /workspace/list'] })).toEqual(['medium']);
    expect(risks({ risk_level: 'high' })).toEqual(['high']);
  });

  it.each([
    { name: 'a tool that is not there', change: { tool: 'rm' }, words: 'tool rm is not in tools' },
    { name: 'an argument without its parameter', change: { args: ['ls {folder} {other}'] }, words: '{other} names no parameter' },
    { name: 'a parameter that nothing asks for', change: { args: ['ls'] }, words: 'no argument asks for {folder}' },
    {
      name: 'free text in a script',
      change: { parameters: { folder: { type: 'string', form: 'text' } } },
      words: 'stands in a script for a shell',
    },
    {
      name: 'a list with signs of a shell in a script',
      change: { parameters: { folder: { type: 'string', enum: ['/usr', '$(reboot)'] } } },
      words: 'stands in a script for a shell',
    },
    { name: 'text without a form', change: { parameters: { folder: { type: 'string' } } }, words: 'either enum or form' },
    { name: 'a number without bounds', change: { parameters: { folder: { type: 'integer', min: 1 } } }, words: 'needs min and max' },
    { name: 'a risk below the floor', change: { args: ['ls {folder} > x'], risk_level: 'low' }, words: 'its floor is medium' },
    { name: 'risk without a way back', change: { risk_level: 'high' }, words: 'needs rollback and rollback_plan' },
    { name: 'what no grammar can hold', change: { description: 'Größe' }, words: 'visible ASCII' },
    { name: 'an unknown key', change: { command: 'ls' }, words: 'command' },
  ])('refuses $name, with its line', ({ change, words }) => {
    expect(() => load({ catalogue: [{ ...entry, ...change }] })).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining(words) }),
    );
  });

  it('refuses a name that stands twice', () => {
    expect(() => load({ catalogue: [entry, entry] })).toThrow(/agent\.yaml:\d+: catalogue\.1.*another entry has this name/);
  });
});
