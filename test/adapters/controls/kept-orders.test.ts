import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { OrderKeeper } from '../../../src/adapters/controls/kept-orders.js';
import { createOrderKeeper } from '../../../src/adapters/controls/kept-orders.js';
import { createVouchers, createVoucherVerifier, ensurePermitKeys } from '../../../src/adapters/permit/create-permits.js';
import type { StandingOrders } from '../../../src/domain/controls/standing-orders.js';
import { ordersText } from '../../../src/domain/controls/standing-orders.js';
import { useFolders } from '../../support/folders.js';

const folder = useFolders();
let here: string;
let file: string;
let keeper: OrderKeeper;
let vouch: (text: string) => string;
beforeEach(async () => {
  here = folder();
  file = join(here, 'controls', 'orders.json');
  const keys = await ensurePermitKeys(join(here, 'keys'));
  const vouchers = createVouchers(keys);
  const verifier = createVoucherVerifier(keys);
  vouch = (text) => vouchers.vouch(text);
  keeper = createOrderKeeper({
    ...{ folder: join(here, 'controls'), vessel: 'balaur', host: 'here' },
    isOwn: (text, signature) => verifier.isOwn(text, signature),
  });
});

const orders = (seq: number, change: Partial<StandingOrders> = {}): StandingOrders => ({
  ...{ vessel: 'balaur', host: 'here', seq, hold: false, released: 0, resumed: [] },
  ...change,
});
const signed = (content: StandingOrders) => ({ text: ordersText(content), signature: vouch(ordersText(content)) });

describe("the people's orders, as hands keep them (spec G2)", () => {
  it('are as configured before there are any', () => {
    expect(keeper.read()).toEqual({ hold: false, released: 0 });
  });

  it('count from the moment that they are kept, and outlive the process', async () => {
    await keeper.keep(signed(orders(1, { limit: 2, hold: true, released: 3 })));
    expect(keeper.read()).toEqual({ limit: 2, hold: true, released: 3 });
    await keeper.keep(signed(orders(2)));
    expect(keeper.read()).toEqual({ hold: false, released: 0 });
  });

  it('say what the vessel has earned; a mode that there is not makes them nothing that the brain said (spec T7)', async () => {
    await keeper.keep(signed(orders(1, { mode: 'beta' })));
    expect(keeper.read()).toMatchObject({ mode: 'beta' });
    await keeper.keep(signed(orders(2)));
    expect(keeper.read().mode).toBeUndefined();
    await expect(keeper.keep(signed(orders(3, { mode: 'gamma' as 'beta' })))).rejects.toMatchObject({ code: 'PERMIT_REFUSED' });
  });

  it('an older one, replayed, changes nothing', async () => {
    const old = signed(orders(1));
    await keeper.keep(old);
    const newer = orders(2, { hold: true });
    await keeper.keep(signed(newer));
    expect(await keeper.keep(old)).toEqual(newer);
    expect(keeper.read().hold).toBe(true);
  });

  it.each<[string, () => object]>([
    ['of nobody', () => ({ text: ordersText(orders(1)), signature: 'x' })],
    ['without a signature', () => ({ text: ordersText(orders(1)) })],
    ['for another host', () => signed(orders(1, { host: 'there' }))],
    ['for another vessel', () => signed(orders(1, { vessel: 'another' }))],
    ['that are no orders', () => ({ text: '{}', signature: vouch('{}') })],
    ['of a limit of nothing', () => signed(orders(1, { limit: 0 }))],
    ['that were changed', () => ({ ...signed(orders(1)), text: ordersText(orders(1, { limit: 64 })) })],
  ])('are not kept: %s', async (_, given) => {
    await expect(keeper.keep(given() as never)).rejects.toMatchObject({ code: 'PERMIT_REFUSED' });
    expect(keeper.read()).toEqual({ hold: false, released: 0 });
  });

  it('a file that somebody edited holds everything, until the brain says anew what stands', async () => {
    await keeper.keep(signed(orders(1, { limit: 1 })));
    writeFileSync(file, readFileSync(file, 'utf8').replace(String.raw`\"limit\":1`, String.raw`\"limit\":9`));
    expect(keeper.read()).toMatchObject({ limit: 1, hold: true, problem: expect.stringContaining('is not what the brain signed') });
    for (const content of ['', 'null', '{', '[]', '{"text":7}']) {
      writeFileSync(file, content);
      expect(keeper.read()).toMatchObject({ limit: 1, hold: true });
    }
    await keeper.keep(signed(orders(2)));
    expect(keeper.read()).toEqual({ hold: false, released: 0 });
    rmSync(file);
    expect(keeper.read()).toEqual({ hold: false, released: 0 });
  });
});
