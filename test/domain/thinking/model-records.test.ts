import { expect, it } from '@jest/globals';
import { modelAnsweredEntry } from '../../../src/domain/thinking/model-records.js';

const asked = { workflow_id: 'w', step: 'propose' };
const connection = { host: 'api.groq.com', port: 443, ip: '192.0.2.1', tx: 900, rx: 400, ms: 7, verdict: 'allowed' };
const failed = { kind: 'failed', code: 'unreachable', why: 'no' } as const;

it('what becomes of a question to a model names the route, and each connection with host, address and bytes (spec T3, T5)', () => {
  const { data } = modelAnsweredEntry('call', asked, {
    ...failed,
    route: 'egress',
    connections: Array.from({ length: 9 }, () => connection),
  });
  expect(data).toMatchObject({ outcome: 'unreachable', route: 'egress', connections: [connection, {}, {}, {}, {}, {}, {}, {}] });
  const local = modelAnsweredEntry('call', asked, { ...failed, route: 'loopback' });
  expect(local.data).toMatchObject({ route: 'loopback' });
  expect(local.data).not.toHaveProperty('connections');
});
