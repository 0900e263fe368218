import { expect, it } from '@jest/globals';
import { createOutside } from '../../../src/adapters/egress/connect.js';

it('looks up the absolute name and no other, so that no search domain makes another host of it (spec X4)', async () => {
  const asked: string[] = [];
  const none = createOutside(async (name) => {
    asked.push(name);
    throw Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' });
  });
  await expect(none.resolve('api.example.org')).rejects.toThrow('ENOTFOUND');
  expect(asked).toEqual(['api.example.org.']);
  const some = createOutside(async () => [{ address: '9.9.9.9' }, { address: '2620:fe::fe' }]);
  expect(await some.resolve('api.example.org')).toEqual(['9.9.9.9', '2620:fe::fe']);
});
