import { expect, it } from '@jest/globals';
import { attemptsIn, createNetworkObserver, parseSnmp, parseSnmp6 } from '../../../../src/adapters/sandbox/usage/network-attempts.js';

const snmp = [
  'Ip: Forwarding OutDiscards OutNoRoutes',
  'Ip: 2 5 3',
  'Tcp: RtoAlgorithm MaxConn ActiveOpens',
  'Tcp: 1 -1 7',
  'Udp: InDatagrams NoPorts',
  'Udp: 0 4',
  'UdpLite: InDatagrams NoPorts',
  'UdpLite: 0 99',
  '',
].join('\n');

it('reads pairs of lines, by protocol and name', () => {
  expect(parseSnmp(snmp).get('Ip.OutNoRoutes')).toBe(3);
  expect(parseSnmp(snmp).get('Tcp.MaxConn')).toBe(-1);
  expect(parseSnmp6('Ip6OutNoRoutes                  \t11\nUdp6NoPorts\t2\n')).toEqual(
    new Map([
      ['Ip6OutNoRoutes', 11],
      ['Udp6NoPorts', 2],
    ]),
  );
});

it.each([
  ['both families', snmp, 'Ip6OutNoRoutes 11\nUdp6NoPorts 2\n', { elsewhere: 14, unanswered: 6, inside: 7 }],
  ['a kernel without IPv6', snmp, '', { elsewhere: 3, unanswered: 4, inside: 7 }],
  ['a kernel that names nothing', '', '', { elsewhere: 0, unanswered: 0, inside: 0 }],
])('adds up %s', (_, four, six, expected) => {
  expect(attemptsIn(four, six)).toEqual(expected);
});

it('knows nothing where the process was gone before it could look', () => {
  const observer = createNetworkObserver();
  observer.begin(2 ** 30);
  expect(observer.finish()).toBeUndefined();
});
