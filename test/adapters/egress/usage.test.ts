import { expect, it } from '@jest/globals';
import { createUsage } from '../../../src/adapters/egress/usage.js';
import { connectionRecordsMax } from '../../../src/domain/action/connection.js';

it.each([
  [1, 50],
  [50, 50],
  [120, 120],
  [1_000, connectionRecordsMax],
])('with %i connections allowed at a time, the first %i have a line; all are counted (spec X4)', (connections, lines) => {
  const usage = createUsage(
    { connections, bytes: 1, attempts: 10_000 },
    { onLimit: () => undefined, onRecord: () => undefined, onBytes: () => undefined },
  );
  for (let attempt = 0; attempt < 300; attempt += 1) usage.attempt(`h${attempt}`, 443).deny('domain');
  const { records, connections: counted } = usage.report();
  expect(counted).toBe(300);
  expect(records).toHaveLength(lines);
  expect(records.at(-1)?.host).toBe(`h${lines - 1}`);
});

it('says as many lines as it may in one line of the control socket, also the longest', async () => {
  const { lineBytesMax } = await import('../../../src/adapters/egress/protocol.js');
  const longest = {
    host: 'h'.repeat(100),
    port: 65_535,
    ip: 'f'.repeat(45),
    tx: Number.MAX_SAFE_INTEGER,
    rx: Number.MAX_SAFE_INTEGER,
    ms: 3_600_000,
    verdict: 'not-for-a-proxy',
  };
  const line = JSON.stringify({ ok: true, use: { records: Array.from({ length: connectionRecordsMax }, () => longest) } });
  expect(line.length).toBeLessThan(lineBytesMax - 1_000);
});
