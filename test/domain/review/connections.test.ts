import { expect, it } from '@jest/globals';
import type { ConnectionRecord, NetworkUse } from '../../../src/domain/action/connection.js';
import { refusedConnections } from '../../../src/domain/review/connections.js';
import { hidden, hostile } from '../../support/proposals/reviews.js';

const record = (change: Partial<ConnectionRecord>): ConnectionRecord => ({
  host: 'api.example.org',
  port: 443,
  tx: 0,
  rx: 0,
  ms: 1,
  verdict: 'allowed',
  ...change,
});
const use = (records: readonly ConnectionRecord[]): NetworkUse => ({ connections: records.length, denied: 0, tx: 0, rx: 0, records });

it('names each kind of connection that came to nothing once, with the reason', () => {
  const other = record({ host: 'other.example.com', verdict: 'domain' });
  expect(
    refusedConnections(
      use([record({}), other, record({ verdict: 'unreachable' }), other, record({ host: '?', port: 0, verdict: 'head' })]),
    ),
  ).toEqual([
    'no connection to other.example.com:443: domain: this domain is not among those that were approved (2 times)',
    'no connection to api.example.org:443: unreachable: the other side takes no connection',
    'no connection to ?: head: the head of the request, its URL and cookies included, is longer than 16 KiB',
  ]);
  expect(refusedConnections(use([record({})]))).toEqual([]);
  expect(refusedConnections(undefined)).toEqual([]);
});

it('shows ten, and nothing that a terminal obeys', () => {
  const many = Array.from({ length: 13 }, (_, index) => record({ host: `h${index}.example.org`, verdict: hostile }));
  const shown = refusedConnections(use(many));
  expect([shown.length, shown.at(-1)]).toEqual([11, 'and 3 more, in the log tool_use']);
  expect(shown.join('')).not.toMatch(hidden);
});
