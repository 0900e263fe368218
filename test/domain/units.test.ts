import { readFileSync, readdirSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { egressHint, restartHint, startHint, unitOfQueue } from '../../src/domain/units.js';

const src = new URL('../../src/', import.meta.url).pathname;

it('hints name each unit once, and can be typed (spec U3)', () => {
  expect(startHint(...['brain', 'mind', 'hands'].map(unitOfQueue))).toBe('npm start · sudo systemctl start janus_agentd janus-hands');
  expect(restartHint('brain', 'hands')).toBe('npm start · sudo systemctl restart janus_agentd janus-hands');
  expect(egressHint).toBe('npm start · sudo systemctl start janus-egress · node dist/worker/main.js --role egress');
});

it('no other file of src has a name for a unit (spec U3)', () => {
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const naming = files.filter((name) => /systemctl|janus_agentd|journalctl/.test(readFileSync(`${src}${name}`, 'utf8')));
  expect(naming).toEqual(['domain/units.ts']);
});
