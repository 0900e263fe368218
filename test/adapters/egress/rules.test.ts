import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { askedHost, parseAuthority, parsePlainUrl } from '../../../src/adapters/egress/authority.js';
import { readServerName } from '../../../src/adapters/egress/client-hello.js';
import { endToEnd, requestHeaders } from '../../../src/adapters/egress/headers.js';
import { checkConnect, checkRequest } from '../../../src/adapters/egress/rules.js';
import { isDomainPattern, matchesDomain } from '../../../src/domain/text/domain-name.js';
import { clientHello } from '../../support/sandbox/egress.js';
import { anyText } from '../../support/texts.js';

describe('askedHost', () => {
  it.each([
    ['http://user:secret@evil.example.com:8080/path?token=secret#x', 'evil.example.com'],
    ['https://evil.example.com?token=secret', 'evil.example.com'],
    ['//evil.example.com/secret', 'evil.example.com'],
    ['evil.example.com:443', 'evil.example.com'],
    ['user@evil.example.com:443', 'evil.example.com'],
    ['[::1]:443', '[::1]'],
    ['/secret', ''],
    ['?secret', ''],
    ['', ''],
  ])('of %s is %s', (text, host) => {
    expect(askedHost(text)).toBe(host);
  });

  it('never tells of a path or a query, whatever is asked for', () => {
    const asked = fc.tuple(fc.constantFrom('http://', 'ftp://', '//', ''), fc.string(), fc.constantFrom('/', '?'));
    fc.assert(fc.property(asked, ([scheme, host, end]) => expect(askedHost(`${scheme}${host}${end}SECRET`)).not.toContain('SECRET')));
  });
});

describe('parseAuthority (spec X4)', () => {
  it.each([
    ['example.org', { host: 'example.org', port: 80 }],
    ['EXAMPLE.org:443', { host: 'example.org', port: 443 }],
    ['example.org.', { host: 'example.org', port: 80 }],
    ['xn--e1afmkfd.example.org:8080', { host: 'xn--e1afmkfd.example.org', port: 8_080 }],
    ['1.2.example.org', { host: '1.2.example.org', port: 80 }],
  ])('reads %s', (text, value) => {
    expect(parseAuthority(text, 80)).toEqual({ ok: true, value });
  });

  it.each([
    ['', 'malformed'],
    ['example.org:', 'malformed'],
    ['example.org:0', 'malformed'],
    ['example.org:080', 'malformed'],
    ['example.org:65536', 'malformed'],
    ['example.org:443:22', 'malformed'],
    ['example.org:4 43', 'malformed'],
    ['example..org', 'malformed'],
    ['example.org..', 'malformed'],
    ['.example.org', 'malformed'],
    ['-a.example.org', 'malformed'],
    ['a-.example.org', 'malformed'],
    ['a_b.example.org', 'malformed'],
    ['ex%61mple.org', 'malformed'],
    ['example.org\0.evil.org', 'malformed'],
    ['example.org\t', 'malformed'],
    ['example.org#a', 'malformed'],
    ['example。org', 'malformed'],
    ['\u0430pi.example.org', 'malformed'],
    [`${'a'.repeat(64)}.example.org`, 'malformed'],
    [`${'a.'.repeat(127)}org`, 'malformed'],
    [`${'a.'.repeat(200)}org`, 'oversize'],
    ['user@example.org', 'user-info'],
    ['user:pass@example.org', 'user-info'],
    ['localhost', 'single-label'],
    ['127.0.0.1', 'ip-literal'],
    ['127.1', 'ip-literal'],
    ['2130706433', 'ip-literal'],
    ['0177.0.0.1', 'ip-literal'],
    ['017700000001', 'ip-literal'],
    ['0x7f000001', 'ip-literal'],
    ['0x7f.0.0.0x1', 'ip-literal'],
    ['0X7F.1', 'ip-literal'],
    ['example.0x', 'ip-literal'],
    ['127.0.0.1.', 'ip-literal'],
    ['[::1]', 'ip-literal'],
    ['[::ffff:127.0.0.1]:80', 'ip-literal'],
    ['::1', 'ip-literal'],
    ['fe80::1', 'ip-literal'],
  ])('refuses %j as %s', (text, code) => {
    expect(parseAuthority(text, 80)).toEqual({ ok: false, code });
  });

  it('has an answer for every text, and lets no character through that is not of a name', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), anyText, fc.webAuthority()), (text) => {
        const parsed = parseAuthority(text, 80);
        if (parsed.ok) expect(parsed.value.host).toMatch(/^[a-z0-9][a-z0-9.-]*[a-z0-9]$/);
      }),
    );
  });
});

describe('parsePlainUrl (spec X4)', () => {
  it.each([
    ['http://example.org', '/'],
    ['HTTP://example.org/a?b', '/a?b'],
    ['http://example.org?b', '/?b'],
    ['http://example.org:80//a/../b', '//a/../b'],
  ])('%s asks for %s', (text, path) => {
    expect(parsePlainUrl(text)).toEqual({ ok: true, value: { host: 'example.org', port: 80, path } });
  });

  it.each([
    ['/a', 'not-for-a-proxy'],
    ['*', 'not-for-a-proxy'],
    ['example.org/a', 'malformed'],
    ['http:/example.org', 'malformed'],
    ['http:\\\\example.org', 'malformed'],
    ['http://example.org\\@evil.org/', 'user-info'],
    ['http://example.org/a b', 'malformed'],
    ['http://example.org/a#b', 'malformed'],
    ['http://example.org#.b.org/', 'malformed'],
    ['https://example.org/', 'scheme'],
    ['gopher://example.org/', 'scheme'],
    ['http:///a', 'malformed'],
  ])('refuses %j as %s', (text, code) => {
    expect(parsePlainUrl(text)).toEqual({ ok: false, code });
  });
});

describe('the allowlist (spec X4)', () => {
  it.each([
    ['example.org', 'example.org', true],
    ['a.example.org', 'example.org', false],
    ['a.example.org', '*.example.org', true],
    ['a.b.example.org', '*.example.org', true],
    ['example.org', '*.example.org', false],
    ['evilexample.org', '*.example.org', false],
    ['example.org.evil.com', '*.example.org', false],
    ['*.a.example.org', '*.example.org', true],
    ['*.org', '*.example.org', false],
  ])('%s within %s: %s', (name, allowed, expected) => {
    expect(matchesDomain(name, allowed)).toBe(expected);
  });

  it.each(['example.org', '*.example.org'])('%s is a domain', (text) => expect(isDomainPattern(text)).toBe(true));
  it.each([
    '',
    '*',
    '*.',
    '*.*.org',
    'a.*.org',
    '*example.org',
    'http://example.org',
    'example.org:80',
    'Example.org',
    '10.0.0.1',
    '*.0.0.1',
    'org',
    'a b.org',
  ])('%j is none', (text) => expect(isDomainPattern(text)).toBe(false));

  it('is never wider than the suffix that it names', () => {
    const label = fc.stringMatching(/^[a-z0-9-]{1,5}$/);
    const name = fc.array(label, { minLength: 2, maxLength: 4 }).map((labels) => labels.join('.'));
    const pattern = fc.tuple(fc.boolean(), name).map(([isWild, text]) => (isWild ? `*.${text}` : text));
    fc.assert(
      fc.property(fc.oneof(name, fc.string()), pattern, fc.constantFrom('', ':443', ':22'), (host, allowed, port) => {
        const checked = checkConnect(`${host}${port}`, [allowed]);
        if (!checked.ok) return;
        expect(checked.value.port).toBe(443);
        const suffix = allowed.replace(/^\*/, '');
        expect(
          allowed.startsWith('*')
            ? checked.value.host.endsWith(suffix) && checked.value.host !== suffix.slice(1)
            : checked.value.host === allowed,
        ).toBe(true);
      }),
    );
  });

  it('has an answer for every request', () => {
    fc.assert(
      fc.property(fc.string(), fc.oneof(fc.webUrl(), fc.string()), (method, url) => {
        const checked = checkRequest(method, url, ['*.example.org']);
        if (checked.ok) expect(checked.value).toMatchObject({ host: expect.stringMatching(/\.example\.org$/), port: 80 });
      }),
    );
  });
});

describe('readServerName (spec X4)', () => {
  const hello = clientHello('api.example.org');

  it('reads the name, and waits for more until the record is whole', () => {
    expect(readServerName(hello)).toEqual({ kind: 'name', name: 'api.example.org' });
    for (let length = 0; length < hello.length; length += 1) expect(readServerName(hello.subarray(0, length))).toEqual({ kind: 'more' });
  });

  it.each([
    ['a second name', Buffer.from([0, 0, 0, 8, 0, 6, 0, 0, 3, 97, 46, 98])],
    ['an encrypted hello', Buffer.from([0xfe, 0x0d, 0, 0])],
    ['an extension that ends too early', Buffer.from([0, 5, 0, 9, 1])],
  ])('refuses %s', (_, extensions) => {
    expect(readServerName(clientHello('api.example.org', { extensions }))).toMatchObject({ kind: 'denied' });
  });

  it('refuses a record that is too large before it is whole', () => {
    expect(readServerName(Buffer.from([22, 3, 1, 0xff, 0xff]))).toEqual({ kind: 'denied', code: 'no-tls' });
  });

  it('has an answer for whatever comes, and for every hello with one byte changed', () => {
    const isAnswer = (bytes: Buffer) => expect(['more', 'name', 'denied']).toContain(readServerName(bytes).kind);
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => isAnswer(Buffer.from(bytes))));
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => isAnswer(Buffer.concat([Buffer.from([22, 3, 1, 0, bytes.length]), bytes]))),
    );
    fc.assert(
      fc.property(fc.nat(hello.length - 1), fc.nat(255), (at, byte) => {
        const changed = Buffer.from(hello);
        changed[at] = byte;
        isAnswer(changed);
      }),
    );
  });
});

describe('headers (spec X4)', () => {
  it('end here when they concern this connection, or when Connection says so', () => {
    const raw = [
      'Connection',
      'close, X-Secret',
      'X-SECRET',
      '1',
      'TE',
      'trailers',
      'Proxy-Connection',
      'close',
      'Accept',
      '*/*',
      'Upgrade',
      'h2c',
    ];
    expect(endToEnd(raw)).toEqual([['Accept', '*/*']]);
  });

  it('never carry two lengths of one body, nor another Host', () => {
    const raw = ['Host', 'evil.org', 'HOST', 'evil.org', 'Content-Length', '5', 'Transfer-Encoding', 'chunked', 'X', '1'];
    expect(requestHeaders(raw, 'a.org', true)).toEqual(['Host', 'a.org', 'X', '1', 'Connection', 'close', 'Transfer-Encoding', 'chunked']);
    expect(requestHeaders(['Connection', 'content-length', 'Content-Length', '5'], 'a.org', false)).toContain('5');
  });
});
