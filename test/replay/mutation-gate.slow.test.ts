import { beforeAll, describe, expect, it } from '@jest/globals';
import { quietRuntime } from '../support/bench/server.js';
import { readRecording, recordingNames, strictProblems } from '../support/replay/corpus.js';
import { replayBundle } from '../support/replay/replay-bundle.js';

const recordings = recordingNames().map(readRecording);
let code: string;
beforeAll(async () => {
  quietRuntime();
  code = await replayBundle();
});

interface Mutation {
  readonly name: string;
  /** In the built workflows, as the bundle holds them: must occur exactly once. */
  readonly find: RegExp;
  readonly replace: string;
  /** A history that must notice, by the path it is of. */
  readonly caughtBy: string;
}

const mutations: readonly Mutation[] = [
  {
    name: 'a step moved behind the next one',
    find: /(\(0,\w+\.showStatus\)\(state\);)(\s+const run = await \(0,\w+\.runAction\)\(state, authorised\);)/,
    replace: '$2$1',
    caughtBy: 'approved',
  },
  {
    name: 'one more timer',
    find: /const answer = await call\(\);/,
    replace: 'await new Promise((resolve) => setTimeout(resolve, 1000)); const answer = await call();',
    caughtBy: 'refused',
  },
  {
    name: 'no rollback',
    find: /of \(0,\w+\.rollbackSequence\)\(plan, permit\.steps \?\? 0\)/,
    replace: 'of []',
    caughtBy: 'rolled-back',
  },
  {
    name: 'rollback in the order of the steps',
    find: /\(b\.command\.undoes \?\? 0\) - \(a\.command\.undoes \?\? 0\)/,
    replace: '(a.command.undoes ?? 0) - (b.command.undoes ?? 0)',
    caughtBy: 'several-steps-rolled-back',
  },
  {
    name: 'rollback that goes on after a failure',
    find: /if \(!ok\)\s+return \{ ok: false, steps \};/,
    replace: '',
    caughtBy: 'rollback-failed',
  },
  {
    name: 'another heartbeat time-out of the action',
    find: /heartbeatTimeout: '30 seconds',(\s+retry,[^}]*?allowEagerDispatch)/,
    replace: "heartbeatTimeout: '31 seconds',$1",
    caughtBy: 'approved',
  },
  {
    name: 'no heartbeat time-out of the action',
    find: /heartbeatTimeout: '30 seconds',(\s+retry,[^}]*?allowEagerDispatch)/,
    replace: '$1',
    caughtBy: 'approved',
  },
  { name: 'another time-out of the action', find: /const graceSeconds = 30;/, replace: 'const graceSeconds = 31;', caughtBy: 'approved' },
  {
    name: 'a time-out that forgets the permit',
    find: /startToCloseTimeout: \(permitSeconds \+ /,
    replace: 'startToCloseTimeout: (',
    caughtBy: 'approved',
  },
  {
    name: 'another time-out of the preview',
    find: /const aroundSeconds = 45;/,
    replace: 'const aroundSeconds = 46;',
    caughtBy: 'previewed-and-bound',
  },
  {
    name: 'a preview whose effect does not become a part of the plan',
    find: /effect: bound\.effect/,
    replace: 'other: bound.effect',
    caughtBy: 'previewed-and-bound',
  },
  {
    name: 'no end of waiting for hands',
    find: /scheduleToStartTimeout: permitSeconds \* 1_000,/,
    replace: '',
    caughtBy: 'approved',
  },
  {
    name: 'another retry policy of the action',
    find: /const retry = \{ initialInterval: '1 second', backoffCoefficient: 1\.5/,
    replace: "const retry = { initialInterval: '1 second', backoffCoefficient: 2",
    caughtBy: 'approved',
  },
  {
    name: 'another argument of the rollback',
    find: /\.rollBackStep\(\{ permit, plan: start\.plan, index \}\)/,
    replace: '.rollBackStep({ permit, plan: start.plan, index: 0 })',
    caughtBy: 'several-steps-rolled-back',
  },
  {
    name: 'another argument of a local activity',
    find: /answer, decidedBy: state\.decidedBy \?\? '' \}\)/,
    replace: "answer, decidedBy: '' })",
    caughtBy: 'approved',
  },
  {
    name: 'another time-out of the local activities',
    find: /startToCloseTimeout: '20 seconds',(\s+retry: \{ initialInterval: '200 milliseconds')/,
    replace: "startToCloseTimeout: '21 seconds',$1",
    caughtBy: 'approved',
  },
  {
    name: 'a longer back-off',
    find: /const backOffSecondsFirst = 2;/,
    replace: 'const backOffSecondsFirst = 3;',
    caughtBy: 'audit-unavailable',
  },
  {
    name: 'a longer wait while suspended',
    find: /const heldSecondsFirst = 30;/,
    replace: 'const heldSecondsFirst = 60;',
    caughtBy: 'suspended',
  },
  {
    name: 'a proposal that waits and looks for no stop',
    find: /inbox\.takeWake\(\) \? await look\(\) : undefined/,
    replace: '(inbox.takeWake(), undefined)',
    caughtBy: 'suspended-while-it-waits',
  },
  { name: 'a later reminder', find: /\{ share: 0\.5,/, replace: '{ share: 0.6,', caughtBy: 'approved' },
  { name: 'escalation that tells nobody', find: /\{ share: 0\.8,[^}]+\},/, replace: '', caughtBy: 'expired' },
  {
    name: 'another result',
    find: /reason: `every check passed\$\{before\(result\)\}`, recorded: true/,
    replace: "reason: 'all is well', recorded: true",
    caughtBy: 'approved',
  },
  { name: 'a result without its exit code', find: /exitCode: results\.at\(-1\)\?\.exitCode,/, replace: '', caughtBy: 'approved' },
  {
    name: 'a last state that lists never see',
    find: /(\(0,\w+\.moveTo\)\(state, status, reason\);)\s+\(0,\w+\.showStatus\)\(state\);/,
    replace: '$1',
    caughtBy: 'rejected',
  },
  {
    name: 'a refused message that is not written down',
    find: /\(state\.refusals \+= 1\)/,
    replace: '0',
    caughtBy: 'malformed-signal',
  },
  {
    name: 'another answer to an update',
    find: /message\.answer = \{ accepted: isAccepted, code,/,
    replace: 'message.answer = { accepted: true, code,',
    caughtBy: 'approved-by-update',
  },
  {
    name: 'an interrupted run that nobody probes',
    find: /recorded\.probe === undefined \?/,
    replace: 'true ?',
    caughtBy: 'interrupted-happened',
  },
  {
    name: 'an answer that counts though hands did not sign it',
    find: /recorded\.kind !== 'refused' && refusal === undefined/,
    replace: 'true',
    caughtBy: 'answered-by-somebody-else',
  },
  {
    name: 'a rejection at the gate that closes nothing',
    find: /kind !== 'cancel' && \(await closeStart\(state, authorised\)\) !== 'closed'/,
    replace: 'false',
    caughtBy: 'rejected-at-the-gate',
  },
  {
    name: 'a lifted stop after which everything goes on',
    find: /return askAgain\(state\);/,
    replace: 'continue;',
    caughtBy: 'suspended',
  },
  {
    name: 'children that die with the cycle',
    find: /parentClosePolicy: (\w+)\.ParentClosePolicy\.ABANDON,(\s+workflowIdReusePolicy: [\w.]+,\s+typed[^']+'thinking_cycle')/,
    replace: 'parentClosePolicy: $1.ParentClosePolicy.TERMINATE,$2',
    caughtBy: 'thinking-cycle',
  },
  {
    name: 'children that may be started twice',
    find: /workflowIdReusePolicy: \w+\.WorkflowIdReusePolicy\.REJECT_DUPLICATE,(\s+typed[^']+'thinking_cycle')/,
    replace: '$1',
    caughtBy: 'thinking-cycle',
  },
  {
    name: 'a review that ends with what it is about',
    find: /parentClosePolicy: (\w+)\.ParentClosePolicy\.ABANDON,(\s+workflowIdReusePolicy: [\w.]+,\s+typed[^']+'break_glass')/,
    replace: 'parentClosePolicy: $1.ParentClosePolicy.TERMINATE,$2',
    caughtBy: 'glass-broken',
  },
  {
    name: 'one approval where two are asked for',
    find: /const tally = tallyOf\(state\);/,
    replace: "const tally = 'approved';",
    caughtBy: 'two-of-three',
  },
  {
    name: 'a bad verdict that nobody is told of',
    find: /if \(findings\.some\(\(\{ ok \}\) => !ok\)\)\s*await/,
    replace: 'if (findings.length > 9) await',
    caughtBy: 'bookkeeping',
  },
  {
    name: 'an escapement that is given up later',
    find: /(?<=\(seconds \+ 60\) \* 1_000,\s*)heartbeatTimeout: '15 seconds',/,
    replace: "heartbeatTimeout: '60 seconds',",
    caughtBy: 'escapement',
  },
  { name: 'a look at the mode every other day', find: /lookSeconds = 24 \* /, replace: 'lookSeconds = 48 * ', caughtBy: 'vessel-sunset' },
  { name: 'a run that hands nothing on', find: /\(mode\.kept\(\)\)/, replace: '(undefined)', caughtBy: 'vessel-continued-as-new' },
  { name: 'a look that knows no mode', find: /\.\.\.\(known !== undefined && \{ known \}\),/, replace: '', caughtBy: 'vessel-demoted' },
  { name: 'an order without a look', find: /if \(judged\.accepted\)\s*mode\.again\(\);/, replace: '', caughtBy: 'vessel-promoted' },
];

const occurrences = (find: RegExp) => [...code.matchAll(new RegExp(find, 'g'))].length;
const ofPath = (path: string) => recordings.filter(({ name }) => name.replace(/\.v\d+$/, '') === path);

/** A corpus that lets a changed workflow pass proves nothing: each of these changes must be noticed, and no change at all must pass. */
describe('the corpus notices (spec Q1)', () => {
  it('nothing where nothing was changed', async () => {
    const problems = await strictProblems(code, recordings);
    expect([...problems.values()].flat()).toEqual([]);
  });

  it.each(mutations)('$name', async ({ find, replace, caughtBy }) => {
    expect(occurrences(find)).toBe(1);
    const mutant = code.replace(find, replace);
    const problems = await strictProblems(mutant, ofPath(caughtBy));
    expect(problems.size).toBeGreaterThan(0);
    expect([...problems.values()].flat()).not.toEqual([]);
  });
});
