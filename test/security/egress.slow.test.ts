import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { createServer } from 'node:net';
import { clientHello, somewhere } from '../support/sandbox/egress.js';
import type { OnlineBench } from '../support/sandbox/online.js';
import { canary, openOnlineBench } from '../support/sandbox/online.js';
import { describeWithBwrap } from '../support/sandbox/sandboxes.js';
import { host, say, get, connect, tunnel, zone } from '../support/sandbox/egress-requests.js';

describeWithBwrap('what an action with a way out cannot do with it (spec X4)', () => {
  let bench: OnlineBench;
  /** Stands for the Temporal frontend: something that listens on the host's own loopback. */
  const frontend = createServer((socket) => socket.end(canary));

  beforeAll(async () => {
    bench = await openOnlineBench(zone(host), { headerMs: 500 });
    await new Promise<void>((resolve) => frontend.listen(0, '127.0.0.1', resolve));
  });
  afterAll(async () => {
    frontend.close();
    await bench.close();
  });
  afterEach(() => {
    bench.network.dialled.length = 0;
    bench.network.resolved.length = 0;
  });

  it('what it may do works: a plain request, and a tunnel', async () => {
    const plain = await bench.run(`curl -s http://${host}/path; echo "exit $?"`);
    expect(plain.stdout.text).toBe(`${canary} ${host} /path\nexit 0\n`);
    expect(plain).toMatchObject({
      reason: 'exit',
      exitCode: 0,
      connections: 1,
      network: { denied: 0, records: [{ host, verdict: 'allowed', ip: somewhere }] },
    });
    const hello = clientHello(host);
    const tunnelled = await bench.run(`${tunnel(hello)} | wc -c`);
    expect(Number(tunnelled.stdout.text)).toBeGreaterThan(hello.length / 2);
    expect(bench.network.dialled).toEqual([`${somewhere}:80`, `${somewhere}:443`]);
  });

  it("the exit code is the tool's own, and its children are its own", async () => {
    expect(await bench.run('exit 7')).toMatchObject({ reason: 'exit', exitCode: 7, connections: 0 });
    expect((await bench.run('exit 7')).network).toBeUndefined();
    expect((await bench.run('wait; jobs; cat /proc/$$/task/$$/children; env | sort')).stdout.text).toContain(
      'HTTPS_PROXY=http://127.0.0.1:3128',
    );
    expect((await bench.run('env')).stdout.text).toContain('NO_PROXY=localhost,127.0.0.1,::1\n');
    expect((await bench.run('env', { domains: [] })).stdout.text).not.toMatch(/proxy/i);
  });

  it('the bridge of a machine without socat does the same', async () => {
    const { stdout, exitCode, network } = await bench.run(`curl -s http://${host}/a http://other.example.com/; exit 3`, { bridge: 'node' });
    expect(stdout.text).toMatch(new RegExp(`^${canary} ${host} /a\\njanus-egress: refused \\(domain\\)`));
    expect({ exitCode, connections: network?.connections }).toEqual({ exitCode: 3, connections: 2 });
  });

  it('a bridge that was killed comes back', async () => {
    const { stdout } = await bench.run(
      `for p in /proc/[0-9]*; do grep -q -e socat -e /run/node $p/comm && kill -9 \${p#/proc/}; done; sleep 1; curl -s http://${host}/`,
    );
    expect(stdout.text).toContain(canary);
  });

  // Each prints "tried" first; whatever reached the other side would print the canary or show in the list of dials.
  it.each([
    ['an IPv4 literal', say(get('http://93.184.216.34/'))],
    ['loopback', say(get('http://127.0.0.1/'))],
    ['localhost', say(get('http://localhost/'))],
    ['a decimal address', say(get('http://2130706433/'))],
    ['an octal address', say(get('http://0177.0.0.1/'))],
    ['a hexadecimal address', say(get('http://0x7f000001/'))],
    ['a mixed address', say(get('http://0x7f.1/'))],
    ['a short address', say(get('http://127.1/'))],
    ['an IPv6 literal', say(get('http://[2606:2800:220:1::1]/'))],
    ['IPv6 loopback', say(get('http://[::1]/'))],
    ['a v4-mapped literal', say(get('http://[::ffff:127.0.0.1]/'))],
    ['an IPv6 literal with a zone', say(get('http://[fe80::1%%25eth0]/'))],
    ['a literal by CONNECT', say(connect('93.184.216.34:443'))],
    ['a bare v6 literal by CONNECT', say(connect('::1:443'))],
    ['a domain that nobody approved', say(get('http://other.example.com/'))],
    ['a look-alike suffix', say(get('http://evilexample.org/'))],
    ['the approved name as a label of another', say(get('http://api.example.org.evil.example.com/'))],
    ['the parent of the wildcard', say(get('http://example.org/'))],
    ['a Cyrillic look-alike', say(get('http://\\xd0\\xb0pi.example.org/'))],
    ['two trailing dots', say(get(`http://${host}../`))],
    ['a NUL in the name', say(get('http://other.example.com\\x00.example.org/'))],
    ['an escaped NUL', say(get('http://other.example.com%%00.example.org/'))],
    ['an escaped slash', say(get('http://other.example.com%%2f.example.org/'))],
    ['a fragment before the suffix', say(get('http://other.example.com#.example.org/'))],
    ['a backslash before the suffix', say(get('http://other.example.com\\\\.example.org/'))],
    ['a tab in the name', say(get('http://other.example.com\\t.example.org/'))],
    ['user-info', say(get(`http://${host}@other.example.com/`))],
    ['user-info by CONNECT', say(connect(`${host}@other.example.com:443`))],
    ['an oversize authority', say(get(`http://${'a.'.repeat(300)}example.org/`))],
    ['an oversize head', say(get(`http://${host}/${'a'.repeat(20_000)}`))],
    ['CONNECT to port 22', say(connect(`${host}:22`))],
    ['CONNECT to port 80', say(connect(`${host}:80`), get(`http://${host}/`))],
    ['a port beyond all ports', say(connect(`${host}:65979`))],
    ['another port of plain HTTP', say(get(`http://${host}:7233/`))],
    ['two ports', say(connect(`${host}:443:22`))],
    ['a name that leads to private addresses', say(get('http://private.example.org/'))],
    ['a name that leads to loopback', say(connect('local.example.org:443'))],
    ['ftp through the proxy', say(get(`ftp://${host}/`))],
    ['a file URL', say(get('file:///etc/passwd'))],
    [
      'both lengths of a body',
      say(`POST http://${host}/ HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: 4\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n0\\r\\n\\r\\n`),
    ],
    [
      'two lengths of a body',
      say(`POST http://${host}/ HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: 4\\r\\nContent-Length: 5\\r\\n\\r\\nabcde`),
    ],
    [
      'an unknown coding of a body',
      say(`POST http://${host}/ HTTP/1.1\\r\\nHost: x\\r\\nTransfer-Encoding: xchunked\\r\\n\\r\\n0\\r\\n\\r\\n`),
    ],
    [
      'a folded header',
      say(`GET http://${host}/ HTTP/1.1\\r\\nHost: x\\r\\nX: a\\r\\n b\\r\\nTransfer-Encoding\\x0b: chunked\\r\\n\\r\\n`),
    ],
    [
      'an upgrade to h2c, for another host',
      say(get('http://other.example.com/', 'Connection: Upgrade, HTTP2-Settings\\r\\nUpgrade: h2c\\r\\nHTTP2-Settings: AAMAAABk\\r\\n')),
    ],
    ['HTTP/2 without asking', say('PRI * HTTP/2.0\\r\\n\\r\\nSM\\r\\n\\r\\n')],
    ['a websocket to another host', say(get('http://other.example.com/', 'Connection: Upgrade\\r\\nUpgrade: websocket\\r\\n'))],
    ['a websocket to an approved host', say(get(`http://${host}/`, 'Connection: Upgrade\\r\\nUpgrade: websocket\\r\\n'))],
    ['TRACE', say(`TRACE http://${host}/ HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n`)],
    ['a request as to a server, with a foreign Host', say('GET / HTTP/1.1\\r\\nHost: other.example.com\\r\\n\\r\\n')],
    [
      'a slow head',
      `exec 3<>/dev/tcp/127.0.0.1/3128; for c in G E T ' ' h t t p; do printf "$c" >&3 || break; sleep 0.3; done; timeout 2 cat <&3`,
    ],
    ['a direct connection', 'timeout 3 bash -c "exec 3<>/dev/tcp/93.184.216.34/80" && echo reached'],
    ['curl without the proxy', `curl -s -m 3 --noproxy '*' http://93.184.216.34/ && echo reached`],
    ['a look-up by itself', 'timeout 3 getent hosts github.com && echo reached'],
    ['a raw DNS question', 'timeout 3 bash -c "exec 3<>/dev/udp/8.8.8.8/53 && echo x >&3" && echo reached'],
    ['the host by its loopback', 'for p in 7233 8233 22; do timeout 1 bash -c "exec 3<>/dev/tcp/127.0.0.1/$p" && echo reached; done; true'],
    ['the socket of another action', 'ls /run | grep -v -e "^egress.sock$" -e "^node$"; ls -d /run/*/*.sock && echo reached'],
    ['the control socket', 'find / -xdev -name control.sock 2>/dev/null | grep . && echo reached'],
    [
      'another socket in place of its own',
      'mv /run/egress.sock /run/other && echo reached; rm -f /run/egress.sock 2>/dev/null && echo reached; touch /run/x && echo reached',
    ],
  ])('%s', async (_, attempt) => {
    const { stdout } = await bench.run(`echo tried; { ${attempt}; } 2>/dev/null`, { domains: ['*.example.org'] });
    expect(stdout.text).toMatch(/^tried\n/);
    expect(stdout.text).not.toMatch(new RegExp(`${canary}|^reached`, 'm'));
    expect(bench.network.dialled).toEqual([]);
  });

  it('the Temporal port is not to be reached through the proxy either', async () => {
    const { port } = frontend.address() as { port: number };
    const { stdout } = await bench.run(
      `echo tried; ${say(connect(`local.example.org:${port}`))}; ${say(get(`http://127.0.0.1:${port}/`))}`,
    );
    expect(stdout.text).toMatch(/^tried\n[^]*x-janus-egress: port[^]*x-janus-egress: ip-literal/);
    expect(stdout.text).not.toContain(canary);
    expect(bench.network.dialled).toEqual([]);
  });
});
