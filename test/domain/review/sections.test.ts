import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { reviewSections } from '../../../src/domain/review/sections.js';
import type { ExecutionPlan } from '../../../src/domain/action/plan.js';
import { aDocument } from '../../support/proposals/proposals.js';
import { aSubject, digest, hidden, hostileSubject, nasty } from '../../support/proposals/reviews.js';

const call = { tool_name: 'shell', tool_args: ['true'] };
const full = aSubject(
  { rollback: [call], probe: call, rationale: 'p\u0430ypal wants twenty characters' },
  {
    needs: 'trinity 1 of 2',
    warnings: ['w'],
    violations: [{ rule: 'r', clause: 'c', message: 'm' }],
    preview: { bound: false, report: { state: 'not_previewable', why: 'it uses the network' } },
  },
);

describe('the sections of a review (spec A5)', () => {
  it("stand in the seed's order, and what will really run after what was asked for", () => {
    expect(reviewSections(full).map(({ kind }) => kind)).toEqual([
      ...['header', 'action', 'mission_context', 'rationale', 'expected_outcome', 'risk_mitigation', 'rollback_plan', 'tool_invocation'],
      ...['will_run', 'sandbox', 'reaches', 'on_failure', 'probe', 'preview', 'broken_rules', 'warnings', 'look_alikes', 'commands'],
    ]);
  });

  it('are left out where they have nothing to say', () => {
    const kinds = reviewSections(aSubject({}, { plan: undefined })).map(({ kind }) => kind);
    expect(kinds).toEqual([...reviewSections(full).map(({ kind }) => kind)].filter((kind) => kinds.includes(kind)));
    expect(kinds).not.toContain('will_run');
    expect(kinds).not.toContain('warnings');
  });

  it('name the risk for the eye, and one that nobody knows like the highest', () => {
    const emphasis = (risk: string) =>
      reviewSections({ ...aSubject(), document: aDocument({ risk_level: risk as never }) })[1]?.blocks.map((block) =>
        'emphasis' in block ? block.emphasis : undefined,
      );
    expect(['low', 'medium', 'high', 'none'].map((risk) => emphasis(risk)?.[1])).toEqual(['low', 'medium', 'high', 'high']);
  });

  it('are data: digest, deadline, commands and arguments can be taken from them without reading text', () => {
    const sections = reviewSections(full);
    expect(sections[0]?.blocks).toContainEqual({
      form: 'field',
      label: 'Status',
      value: 'proposed',
      beside: [
        { label: 'digest', value: '9f2c-41ab' },
        { label: 'expires', value: '2026-01-03T03:04:04.000Z (23h59m)' },
      ],
    });
    expect(sections[0]?.blocks).toContainEqual({ form: 'field', label: 'In full', value: digest });
    expect(sections.find(({ kind }) => kind === 'on_failure')?.blocks).toEqual([
      { form: 'command', argv: ['/usr/bin/bash', '--noprofile', '--norc', '-c', 'true'] },
      { form: 'item', text: 'after an emergency stop: when that is lifted' },
    ]);
    expect(sections.find(({ kind }) => kind === 'commands')?.blocks).toContainEqual({
      form: 'typed',
      label: 'Review',
      command: 'ubos review janus-0123456789ab',
    });
  });

  it('name what undoes it in the order in which that runs: the last step first, then the whole (spec X8)', () => {
    const [step] = full.plan!.steps;
    const undo = (name: string, undoes?: number) => ({ ...step!, path: `/bin/${name}`, args: [], ...(undoes !== undefined && { undoes }) });
    const plan = {
      ...full.plan!,
      steps: [step!, step!],
      rollback: [undo('whole'), undo('first', 0), undo('second', 1), undo('second-too', 1)],
    };
    expect(reviewSections(aSubject({}, { plan })).find(({ kind }) => kind === 'on_failure')?.blocks).toEqual([
      { form: 'command', argv: ['/bin/second'] },
      { form: 'item', text: 'only if step 2 was started' },
      { form: 'command', argv: ['/bin/second-too'] },
      { form: 'item', text: 'only if step 2 was started' },
      { form: 'command', argv: ['/bin/first'] },
      { form: 'item', text: 'only if step 1 was started' },
      { form: 'command', argv: ['/bin/whole'] },
      { form: 'item', text: 'after an emergency stop: when that is lifted' },
    ]);
  });

  it('say whether a rollback waits for the end of an emergency stop (spec K1)', () => {
    const plan = { ...full.plan!, rollbackUnderStop: 'run' as const };
    const blocks = reviewSections(aSubject({}, { plan })).find(({ kind }) => kind === 'on_failure')?.blocks;
    expect(blocks?.at(-1)).toEqual({ form: 'item', text: 'also while an emergency stop stands' });
  });

  it('say what it reaches beyond its workspace, of its own and in plain words (spec C6)', () => {
    const shown = (change: Partial<ExecutionPlan>) =>
      reviewSections(aSubject({}, { plan: { ...full.plan!, ...change } })).find(({ kind }) => kind === 'reaches');
    expect(shown({})).toEqual({ kind: 'reaches', title: 'REACHES', blocks: [{ form: 'line', text: 'nothing but its workspace' }] });
    const grants = [
      { name: 'cache', path: '/srv/cache\u202e', writable: false },
      { name: 'logs', path: '/var/log/x', writable: true },
    ];
    expect(shown({ grants, network: ['a.org', 'b.org'], irreversible: ['mail'] })?.blocks).toEqual([
      { form: 'item', text: 'may change: /var/log/x (grant logs)', emphasis: 'medium' },
      { form: 'item', text: 'may read: /srv/cache⟦U+202E⟧ (grant cache)' },
      { form: 'item', text: 'may talk to: a.org' },
      { form: 'item', text: 'may talk to: b.org' },
      { form: 'item', text: 'cannot be undone: what is done with mail', emphasis: 'medium' },
    ]);
  });

  it('hold no hidden character, and several lines only in prose and content, whatever an agent wrote', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const texts: string[] = [];
        for (const { title = '', blocks } of reviewSections(hostileSubject(text))) {
          texts.push(title);
          for (const block of blocks) {
            const lines = block.form === 'prose' || block.form === 'content' ? block.text.split('\n') : [];
            texts.push(...lines);
            if (lines.length === 0) JSON.stringify(block, (_, value: unknown) => (typeof value === 'string' && texts.push(value), value));
          }
        }
        expect(texts.filter((each) => hidden.test(each))).toEqual([]);
      }),
    );
  });
});
