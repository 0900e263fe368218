import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { openSignatures } from '../../../src/adapters/signatures/open-signatures.js';
import type { JanusConfig } from '../../../src/config/config.js';
import { policyOf } from '../../../src/config/under-policy.js';
import type { Settled } from '../../../src/worker/wiring/held-policy.js';
import { useFolders } from '../../support/folders.js';
import type { ReviewedVessel } from '../../support/policy/reviewed-vessel.js';
import { openReviewedVessel, signerLine } from '../../support/policy/reviewed-vessel.js';
import type { SoftKey } from '../../support/proposals/signatures.js';
import { softKey } from '../../support/proposals/signatures.js';
import { recordsIn } from '../../support/trail/trails.js';

const folder = useFolders();
let vessel: ReviewedVessel;
beforeEach(() => {
  vessel = openReviewedVessel(folder());
});

const records = (type: string) => recordsIn(join(vessel.home, 'mission_log.jsonl')).filter(({ event_type: each }) => each === type);
const documentsIn = (place: string) => readdirSync(join(vessel.home, place)).filter((name) => /^[0-9a-f]{64}$/.test(name));
const both = async (): Promise<readonly [Settled, Settled]> => [await vessel.startBrain(), await vessel.startHands()];

/** Whether a word that a key signed counts, by the lists of a configuration. */
async function counts({ approvals }: JanusConfig, principal: string, key: SoftKey): Promise<boolean> {
  const namespace = 'janus-approval@v1';
  const [text, at] = ['yes', new Date()];
  return (await openSignatures(approvals).verify({ text, signature: key.sign(text, namespace), principal, namespace, at })).ok;
}

/** Each makes the policy looser, in another of its files. */
const loosenings: readonly (readonly [string, (vessel: ReviewedVessel) => void])[] = [
  ['a domain', ({ edit }) => edit('agent.yaml', '[github.com]', '[github.com, evil.example]')],
  ['policy.json', ({ edit }) => edit('policy.json', '{}', '{"allow_network": true}')],
  ['the mode', ({ edit }) => edit('agent.yaml', 'vessel_id: janus-test', 'vessel_id: janus-test\noperational_mode: omega')],
  ['recorded instead of required', ({ edit }) => edit('agent.yaml', 'amendments: required', 'amendments: recorded')],
  ['a member of a group', ({ edit }) => edit('agent.yaml', '[ana]', '[ana, mallory]')],
  ['a looser and a stricter one', ({ edit }) => edit('agent.yaml', '[github.com]', '[evil.example]')],
  ['a key', ({ edit }) => edit('allowed_signers', 'claude ', `${signerLine('ana', softKey())}claude `)],
];

describe('constitutional.amendments: required (spec C7)', () => {
  it('adopts what the first start finds, and hands keep to it', async () => {
    const [brain, hands] = await both();
    expect([brain.held, hands.held]).toEqual([undefined, undefined]);
    expect(records('policy_adopted')).toMatchObject([{ amendments: 'required', of: null, documents: brain.documents }]);
    expect(documentsIn('hands/policies')).toEqual(documentsIn('policies'));
  });

  it.each(loosenings)('holds %s back, in brain and hands, and says so once', async (_, loosen) => {
    const before = policyOf((await both())[0].config);
    loosen(vessel);
    const settled = [...(await both()), ...(await both())];
    expect(settled.map(({ config }) => policyOf(config))).toEqual(settled.map(() => before));
    expect(settled.every(({ held }) => held?.differences.some(({ effect }) => effect === 'looser'))).toBe(true);
    expect(records('policy_held')).toMatchObject([{ policy: policyOf(vessel.live()), of: before }]);
    expect(records('policy_adopted')).toHaveLength(1);
  });

  it('takes what is only stricter at once; the way back is looser then', async () => {
    await both();
    vessel.edit('agent.yaml', '[github.com]', '[]');
    const [brain, hands] = await both();
    expect([brain.config.allowedDomains, hands.config.allowedDomains]).toEqual([[], []]);
    expect(records('policy_adopted')).toHaveLength(2);
    vessel.edit('agent.yaml', 'allowed_domains: []', 'allowed_domains: [github.com]');
    expect((await both()).map(({ config }) => config.allowedDomains)).toEqual([[], []]);
  });

  it('takes what the policy does not cover from the files, whatever is held', async () => {
    await both();
    vessel.edit('agent.yaml', '[github.com]', '[github.com, evil.example]');
    vessel.edit('agent.yaml', 'vessel_id: janus-test', 'vessel_id: janus-test\nvessel_name: other');
    const [{ config }] = await both();
    expect(config).toMatchObject({ vesselName: 'other', allowedDomains: ['github.com'] });
  });

  it('counts a signature by the keys that were adopted and by those that lie there: a new one has no say, one that is gone has none at once', async () => {
    const stranger = softKey();
    const { keys, home } = vessel;
    const [{ config }, { config: ofHands }] = await both();
    vessel.edit('allowed_signers', 'claude ', `${signerLine('ana', stranger)}claude `);
    for (const each of [config, ofHands, ...(await both()).map((settled) => settled.config)]) {
      expect(await counts(each, 'ana', keys.ana)).toBe(true);
      expect(await counts(each, 'ana', stranger)).toBe(false);
    }
    writeFileSync(join(home, 'revoked_signers'), `${keys.ana.publicKey}\n`);
    for (const each of [config, ofHands]) expect(await counts(each, 'ana', keys.ana)).toBe(false);
  });

  it('starts nothing where the adopted documents were edited or taken away', async () => {
    await both();
    const [name = ''] = documentsIn('policies');
    const kept = join(vessel.home, 'policies', name, 'agent.yaml');
    const text = readFileSync(kept, 'utf8');
    writeFileSync(kept, text.replace('[github.com]', '[github.com, evil.example]'));
    await expect(vessel.startBrain()).rejects.toThrow('is not the policy that was adopted');
    // Hands have a copy of their own.
    expect((await vessel.startHands()).config.allowedDomains).toEqual(['github.com']);
    rmSync(join(vessel.home, 'policies', name), { recursive: true });
    await expect(vessel.startBrain()).rejects.toThrow('is not the policy that was adopted');
    writeFileSync(join(vessel.home, 'hands/policies', name, 'policy.json'), '{"allow_network": true}');
    await expect(vessel.startHands()).rejects.toThrow('is not the policy that was adopted');
  });

  it('hands pass over an old adoption that somebody puts back, and one that nobody of this vessel signed', async () => {
    await both();
    cpSync(join(vessel.home, 'policies'), join(vessel.home, 'old'), { recursive: true });
    vessel.edit('agent.yaml', '[github.com]', '[]');
    await both();
    vessel.edit('agent.yaml', 'allowed_domains: []', 'allowed_domains: [github.com]');
    cpSync(join(vessel.home, 'old'), join(vessel.home, 'policies'), { recursive: true });
    expect((await vessel.startHands()).config.allowedDomains).toEqual([]);
    const file = join(vessel.home, 'policies', 'adoption.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('\\"seq\\":0', '\\"seq\\":99'));
    expect((await vessel.startHands()).config.allowedDomains).toEqual([]);
  });

  it('hands do not start before the brain has adopted anything, nor without its documents', async () => {
    await expect(vessel.startHands()).rejects.toThrow('the brain has signed no policy');
    await vessel.startBrain();
    rmSync(join(vessel.home, 'policies', documentsIn('policies')[0] ?? ''), { recursive: true });
    await expect(vessel.startHands()).rejects.toThrow('is not the policy that the brain adopted');
  });
});
