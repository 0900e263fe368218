import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { isTrue, matches, same } from './expect.mjs';
import { amended, changedProfile as changed, forged, withKey, withoutCertificate, withoutKey } from './profiles.mjs';

const notLetIn = /does not let this client in/;

/** What somebody tries who has this profile: to list, and to give an order. Both have to be refused, in these words. */
async function isRefused(place, vessel, file, id, words) {
  for (const args of [
    ['proposals', 'list'],
    ['proposals', 'show', id],
    ['approve', id, '--digest', '0'.repeat(64)],
    ['reject', id, '--reason', 'not mine'],
  ]) {
    const { code, stderr } = await vessel.as(file, ...args);
    isTrue(code !== 0, `ubos ${args[0]} was let in`);
    matches(stderr, words);
  }
  for (const args of [['list'], ['signal', '--workflow-id', id, '--name', 'reject'], ['terminate', '--workflow-id', id]]) {
    const end = await place.temporal(file, 'workflow', ...args).then(
      () => 'let in',
      () => 'refused',
    );
    isTrue(end === 'refused', `temporal workflow ${args[0]} was let in`);
  }
  isTrue((await vessel.show(id)).status === 'proposed', 'it no longer waits');
}

/** Whether somebody with this certificate gets a connection there: a server that is content speaks first. */
function getsIn(port, folder, authority) {
  const read = (name) => readFileSync(join(folder, name));
  return new Promise((resolve) => {
    const socket = connect({
      host: '127.0.0.1',
      port,
      servername: 'internode',
      ca: readFileSync(authority),
      cert: read('client.crt'),
      key: read('client.key'),
      ALPNProtocols: ['h2'],
    });
    const timer = setTimeout(() => resolve('nothing'), 5_000);
    const finish = (word) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(word);
    };
    socket.once('data', () => finish('let in'));
    socket.once('error', ({ code }) => finish(code));
  });
}

export const refusals = [
  {
    name: 'somebody without a certificate reaches nothing, and is told why (spec D5, F2)',
    async play({ place, first, waits }) {
      const file = changed(place, 'no-certificate', withoutCertificate);
      await isRefused(place, first, file, waits, /it asks for a client certificate, and the profile has none/);
      await isRefused(
        place,
        first,
        changed(place, 'nothing', (text) => withoutKey(withoutCertificate(text))),
        waits,
        /client certificate/,
      );
    },
  },
  {
    name: 'a certificate of another authority reaches nothing (spec D5)',
    async play({ place, first, waits }) {
      const other = (text) =>
        text.replaceAll(/^(client_(?:cert|key)_path = ").*\.(crt|key)"$/gm, `$1${join(place.home, 'tls/internode')}.$2"`);
      await isRefused(
        place,
        first,
        changed(place, 'other-certificate', other),
        waits,
        /it does not take the client certificate of the profile/,
      );
    },
  },
  {
    name: 'a certificate without a token, and one with a token for another namespace, reach nothing (spec D5)',
    async play({ place, first, waits }) {
      await isRefused(place, first, changed(place, 'no-token', withoutKey), waits, notLetIn);
      const stranger = await place.client('stranger', 'elsewhere:admin');
      await isRefused(
        place,
        first,
        changed(place, 'stranger', () => readFileSync(stranger, 'utf8').replace('"elsewhere"', '"vessels"')),
        waits,
        notLetIn,
      );
    },
  },
  {
    name: 'a token that somebody else signed, or that was changed, reaches nothing (spec D5)',
    async play({ place, first, waits }) {
      for (const [name, spoil] of Object.entries({ forged, amended }))
        await isRefused(place, first, changed(place, name, withKey(spoil)), waits, notLetIn);
    },
  },
  {
    name: 'a token that may read lists, and gives no orders (spec D5)',
    async play({ place, first, waits }) {
      const file = await place.client('reader', 'vessels:read');
      matches(await place.temporal(file, 'workflow', 'list'), new RegExp(waits));
      for (const args of [
        ['signal', '--workflow-id', waits, '--name', 'reject'],
        ['terminate', '--workflow-id', waits],
      ])
        matches(await place.temporal(file, 'workflow', ...args).catch((error) => error.message), /unauthorized/i);
      const { code, stderr } = await first.as(file, 'reject', waits, '--reason', 'not mine');
      isTrue(code === 4, `ubos reject ended with ${code}`);
      matches(stderr, notLetIn);
      isTrue((await first.show(waits)).status === 'proposed', 'it no longer waits');
    },
  },
  {
    name: "the certificate of a vessel opens none of the ports between the server's own services, the one without a token among them (spec D5)",
    async play({ place }) {
      for (const port of place.internal) {
        const word = await getsIn(port, join(place.home, 'clients/janus'), join(place.home, 'tls/internode-ca.crt'));
        isTrue(/ALERT/.test(word), `port ${port}: ${word}`);
      }
    },
  },
  {
    name: 'a worker that is not let in ends, and says why (spec F2)',
    async play({ place, first }) {
      const bare = await first.workAs(changed(place, 'no-certificate', withoutCertificate));
      same(bare.code, 69, 'exit code without a certificate');
      matches(bare.message, /it asks for a client certificate, and the profile has none/);
      const forgery = await first.workAs(changed(place, 'forged', withKey(forged)));
      same(forgery.code, 2, 'exit code with a forged token');
      matches(forgery.message, notLetIn);
    },
  },
  {
    name: 'a profile that names another authority is told so, within seconds (spec F2)',
    async play({ place, first }) {
      const file = changed(place, 'other-authority', (text) =>
        text.replace(/^(server_ca_cert_path = ").*(")$/m, `$1${join(place.home, 'tls/internode-ca.crt')}$2`),
      );
      const start = Date.now();
      const { code, stderr } = await first.as(file, 'proposals', 'list');
      isTrue(code === 69 && Date.now() - start < 7_000, `${code} after ${Date.now() - start} ms`);
      matches(stderr, /its certificate is of an authority that the profile does not name/);
    },
  },
  {
    name: 'doctor tells what it is let in by, and that nobody else is (spec D5)',
    async play({ place, first }) {
      const { value } = await first.as(place.profile('janus'), 'doctor');
      const said = value.findings.map(({ what, ok, detail }) => `${ok} ${what}: ${detail}`).join('\n');
      matches(said, /^true temporal: .*, namespace vessels, TLS with a client certificate, an API key$/m);
      matches(said, /^true ports: tried without certificate and key: .* refuses$/m);
    },
  },
];
