import { closeSync, openSync, readSync } from 'node:fs';
import type { AttemptedConnections } from '../../../domain/action/connection.js';

/** Both files are a few kilobytes; 64 KiB hold any kernel's. */
const bytesMax = 65_536;

/** proc(5), /proc/net/snmp: a line of names and a line of numbers for each protocol. Keys as "Ip.OutNoRoutes". */
export function parseSnmp(text: string): ReadonlyMap<string, number> {
  const counters = new Map<string, number>();
  const lines = text.split('\n').map((line) => line.split(' '));
  for (const [index, [protocol = '', ...names]] of lines.entries()) {
    const [same, ...numbers] = lines[index + 1] ?? [];
    if (same === protocol) for (const [at, name] of names.entries()) counters.set(`${protocol.slice(0, -1)}.${name}`, Number(numbers[at]));
  }
  return counters;
}

/** /proc/net/snmp6: a name and a number in each line. */
export function parseSnmp6(text: string): ReadonlyMap<string, number> {
  const lines = text.split('\n').map((line) => line.split(/\s+/));
  return new Map(lines.flatMap(([name = '', number]) => (number === undefined ? [] : [[name, Number(number)] as const])));
}

/**
 * What a network namespace without any way out counts, from its beginning: RFC 2011 (IP), 2012 (TCP), 2013 (UDP), 4293 (IPv6). The kernel
 * counts the lack of a route for connect(2) and sendto(2) of TCP and UDP alike.
 */
export function attemptsIn(snmp: string, snmp6: string): AttemptedConnections {
  const [four, six] = [parseSnmp(snmp), parseSnmp6(snmp6)];
  return {
    elsewhere: (four.get('Ip.OutNoRoutes') ?? 0) + (six.get('Ip6OutNoRoutes') ?? 0),
    unanswered: (four.get('Udp.NoPorts') ?? 0) + (six.get('Udp6NoPorts') ?? 0),
    // The counters of TCP are those of both families.
    inside: four.get('Tcp.ActiveOpens') ?? 0,
  };
}

function readWhole(descriptor: number): string {
  const bytes = Buffer.alloc(bytesMax);
  let length = 0;
  for (;;) {
    const read = readSync(descriptor, bytes, length, bytes.length - length, length);
    if (read === 0) return bytes.toString('latin1', 0, length);
    length += read;
  }
}

export interface NetworkObserver {
  /** Before the command starts: `pid` is a process in its namespace. */
  begin(pid: number): void;
  /** When nothing of it is left; undefined where nothing could be observed. */
  finish(): AttemptedConnections | undefined;
}

/**
 * Reads the counters of a sandbox's network when nothing of it is left: an open file of /proc/PID/net holds the namespace (`single_open_net`,
 * fs/proc/proc_net.c of Linux), not the process.
 */
export function createNetworkObserver(): NetworkObserver {
  const open: number[] = [];
  const close = () => {
    for (const descriptor of open.splice(0)) closeSync(descriptor);
  };
  return {
    begin(pid) {
      try {
        for (const name of ['snmp', 'snmp6']) open.push(openSync(`/proc/${pid}/net/${name}`, 'r'));
      } catch {
        // A kernel without IPv6 has the first of them only.
      }
    },
    finish() {
      try {
        const [snmp, snmp6] = open;
        return snmp === undefined ? undefined : attemptsIn(readWhole(snmp), snmp6 === undefined ? '' : readWhole(snmp6));
      } catch {
        return undefined;
      } finally {
        close();
      }
    },
  };
}
