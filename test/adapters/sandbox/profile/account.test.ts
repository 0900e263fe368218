import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { actionAccount, fallbackUid } from '../../../../src/adapters/sandbox/profile/account.js';

const passwd = [
  'root:x:0:0:root:/root:/bin/bash',
  'janus:x:990:991:Janus:/srv/janus:/usr/sbin/nologin',
  'toor:x:0:0::/root:/bin/sh',
  'wheel:x:1500:0::/:/bin/sh',
  'broken:x::',
  'words:x:a:b::/:/bin/sh',
  '# a comment',
  '',
].join('\n');

describe('the account of actions (spec X1)', () => {
  it.each([
    ['janus', { uid: 990, gid: 991, switches: true, description: 'janus (uid 990)' }],
    ['nobody-of-that-name', { uid: fallbackUid, gid: fallbackUid, switches: true }],
  ])('is, as root, %s', (name, expected) => {
    expect(actionAccount(name, 0, 0, passwd)).toMatchObject(expected);
  });

  it.each(['root', 'toor', 'wheel', 'broken', 'words'])('is never %s', (name) => {
    let thrown: unknown;
    try {
      actionAccount(name, 0, 0, passwd);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ code: 'SANDBOX_UNAVAILABLE', next: expect.stringContaining('sandbox.dynamic_user') });
  });

  it('is the user that started Janus where that is not root', () => {
    expect(actionAccount('janus', 1000, 1001, passwd)).toMatchObject({ uid: 1000, gid: 1001, switches: false });
  });

  it('is never root, whatever the account file says', () => {
    const line = fc.tuple(
      fc.constantFrom('janus', 'x'),
      fc.oneof(fc.nat().map(String), fc.string()),
      fc.oneof(fc.nat().map(String), fc.string()),
    );
    fc.assert(
      fc.property(fc.array(line), fc.integer({ min: 0, max: 5 }), (lines, ownUid) => {
        const text = lines.map(([name, uid, gid]) => `${name}:x:${uid}:${gid}::/:/bin/sh`).join('\n');
        try {
          const { uid, gid } = actionAccount('janus', ownUid, ownUid, text);
          expect(uid).toBeGreaterThan(0);
          expect(gid).toBeGreaterThan(0);
          expect(Number.isInteger(uid) && Number.isInteger(gid)).toBe(true);
        } catch (error) {
          expect(error).toMatchObject({ code: 'SANDBOX_UNAVAILABLE' });
        }
      }),
    );
  });
});
