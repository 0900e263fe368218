import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import pino from 'pino';
import { trailEvent } from '../../../src/domain/trail/events.js';
import { tellByNotifier, tellHere, wireTelling } from '../../../src/worker/wiring/telling.js';
import { aConfig } from '../../cli/support/ubos.js';
import { useFolders } from '../../support/folders.js';
import { soon } from '../../support/soon.js';
import { aRecord } from '../../support/trail/records.js';

const folder = useFolders();
const line = (id: string, eventType: string) =>
  `${JSON.stringify(aRecord(0, eventType, { log: 'mission_log', id, action_id: undefined, summary: `about ${id}` }))}\n`;
const proposed = (id: string) => `${JSON.stringify(aRecord(0, 'action_proposed', { id, action_id: id, summary: `about ${id}` }))}\n`;

/** A vessel whose script writes down what it is told; with `mended` in its home it ends well. */
function aVessel() {
  const home = folder();
  const script = join(home, 'notify');
  const words = '"$JANUS_EVENT $(cat | sed \'s/.*"event_id":"\\([^"]*\\)".*/\\1/\')"';
  writeFileSync(script, `#!/bin/sh\necho ${words} >>${home}/told\n[ -e ${home}/mended ] || { echo "no room" >&2; exit 3; }\n`, {
    mode: 0o755,
  });
  const base = aConfig({}, home);
  const config = { ...base, alertOn: ['repeated_failures'] as const, approval: { ...base.approval, notificationScript: script } };
  mkdirSync(config.paths.state, { recursive: true });
  const troubles: [string, string, string | undefined][] = [];
  const vitals = {
    tell: (...said: [string, string, string?]) => void (said[0] === 'hooks' && troubles.push([said[0], said[1], said[2]])),
  };
  const logged: Record<string, unknown>[] = [];
  const logger = pino({}, { write: (text: string) => void logged.push(JSON.parse(text) as Record<string, unknown>) });
  const linesOf = (file: string) => (existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').filter(Boolean) : []);
  return {
    ...{ home, script, config, troubles, logged, surroundings: { logger, vitals } },
    told: () => linesOf(join(home, 'told')),
    queued: () => linesOf(config.paths.approvalQueue).map((text) => (JSON.parse(text) as { event_id: string }).event_id),
    happen: (text: string) => appendFileSync(config.paths.missionLog, text),
    propose: (text: string) => appendFileSync(config.paths.proposalsLog, text),
    mend: () => writeFileSync(join(home, 'mended'), ''),
  };
}
const closeAll = (followers: readonly { close(): Promise<void> }[]) => Promise.all(followers.map((follower) => follower.close()));
const alert = (eventId: string) => ({
  event: 'audit_alarm',
  eventId,
  at: new Date(0),
  summary: 'a look is needed',
  command: 'ubos doctor',
});

describe('one process that does all', () => {
  it('calls the script for the alerts that are wanted, and a failure is a vital sign until a call ends well (spec A6, O3)', async () => {
    const vessel = aVessel();
    const followers = tellHere(vessel.config, vessel.surroundings).follow();
    vessel.happen(line('a', trailEvent.watchdogViolation) + line('b', trailEvent.vesselPaused));
    await soon(() => vessel.troubles.length === 1);
    vessel.mend();
    vessel.happen(line('c', trailEvent.reliefShed) + line('d', trailEvent.emergencyStop));
    await soon(() => vessel.troubles.length === 2);
    await closeAll(followers);
    expect(vessel.told()).toEqual(['vessel_paused b', 'emergency_stop d']);
    expect(vessel.troubles).toEqual([
      ['hooks', vessel.script, 'exit code 3: no room'],
      ['hooks', vessel.script, undefined],
    ]);
    expect(vessel.logged).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ event_type: 'notification_failed', event_id: 'b', msg: 'exit code 3: no room' }),
        expect.objectContaining({ event_type: 'relief', msg: 'about c' }),
      ]),
    );
  });

  it('has what people look for in the agent log: mode, relief valve, thinking cycles (spec D1)', async () => {
    const vessel = aVessel();
    const followers = tellHere(vessel.config, vessel.surroundings).follow();
    for (const event of ['modeChange', 'reliefDegrade', 'reliefRestore', 'thinkingCycle', 'auditVerify'] as const)
      vessel.happen(line(event, trailEvent[event]));
    await soon(() => vessel.logged.filter(({ msg }) => msg === 'about thinkingCycle').length === 1);
    await closeAll(followers);
    expect(vessel.logged.flatMap(({ event_type: event, msg }) => (String(msg).startsWith('about') ? [[event, msg]] : []))).toEqual([
      ['mode_change', 'about modeChange'],
      ['relief', 'about reliefDegrade'],
      ['relief', 'about reliefRestore'],
      ['thinking_cycle', 'about thinkingCycle'],
    ]);
  });
});

describe('a brain and a notifier of its own', () => {
  const own = ({ config }: ReturnType<typeof aVessel>) => join(config.paths.state, 'notifier');
  const both = (vessel: ReturnType<typeof aVessel>) => {
    const brain = tellByNotifier(vessel.config, vessel.surroundings);
    return { tell: brain.tell, brain: brain.follow(), notifier: wireTelling(vessel.config, own(vessel), vessel.surroundings) };
  };

  it('share the work: the brain keeps the queue, the notifier calls the script, each once (spec A6, A7)', async () => {
    const vessel = aVessel();
    vessel.mend();
    const { tell, brain, notifier } = both(vessel);
    vessel.propose(proposed('one'));
    vessel.happen(line('d', trailEvent.emergencyStop));
    await tell(alert('found'));
    await soon(() => vessel.told().length === 3 && vessel.queued().length === 1);
    await closeAll([...brain, ...notifier]);
    expect(vessel.told().sort()).toEqual(['audit_alarm found', 'emergency_stop d', 'requested one']);
    expect(vessel.queued()).toEqual(['one']);
  });

  it('lose nothing and tell nothing twice, whichever of them is started anew', async () => {
    const vessel = aVessel();
    vessel.mend();
    const first = both(vessel);
    vessel.propose(proposed('one'));
    await first.tell(alert('a'));
    await soon(() => vessel.told().length === 2);
    await closeAll(first.notifier);
    await first.tell(alert('b'));
    await closeAll(first.brain);
    vessel.propose(proposed('two'));
    vessel.happen(line('d', trailEvent.emergencyStop));
    const second = both(vessel);
    await second.tell(alert('c'));
    await second.tell(alert('a'));
    await soon(() => vessel.told().length === 6 && vessel.queued().length === 2);
    vessel.propose(proposed('three'));
    await soon(() => vessel.told().length === 7 && vessel.queued().length === 3);
    await closeAll([...second.brain, ...second.notifier]);
    expect(vessel.told().sort()).toEqual([
      ...['audit_alarm a', 'audit_alarm b', 'audit_alarm c', 'emergency_stop d', 'requested one', 'requested three', 'requested two'],
    ]);
    expect(vessel.queued()).toEqual(['one', 'two', 'three']);
  });

  it('go on where the one process ended that did all of it before', async () => {
    const vessel = aVessel();
    vessel.mend();
    const all = tellHere(vessel.config, vessel.surroundings).follow();
    vessel.propose(proposed('one'));
    vessel.happen(line('d', trailEvent.emergencyStop));
    await soon(() => vessel.told().length === 2);
    await closeAll(all);
    const { brain, notifier } = both(vessel);
    vessel.propose(proposed('two'));
    await soon(() => vessel.told().length === 3 && vessel.queued().length === 2);
    await closeAll([...brain, ...notifier]);
    expect(vessel.told()).toEqual(expect.arrayContaining(['requested one', 'emergency_stop d', 'requested two']));
    expect(vessel.queued()).toEqual(['one', 'two']);
  });

  it('end in the middle of many: the next start tells the rest, and nobody hears anything twice', async () => {
    const vessel = aVessel();
    vessel.mend();
    const ids = Array.from({ length: 40 }, (_, index) => `p${index}`);
    vessel.propose(ids.map(proposed).join(''));
    const first = wireTelling(vessel.config, own(vessel), vessel.surroundings);
    await soon(() => vessel.told().length > 0);
    await closeAll(first);
    expect(vessel.told().length).toBeLessThan(ids.length);
    const second = wireTelling(vessel.config, own(vessel), vessel.surroundings);
    await soon(() => vessel.told().length >= ids.length);
    await closeAll(second);
    expect(vessel.told()).toEqual(ids.map((id) => `requested ${id}`));
  });
});
