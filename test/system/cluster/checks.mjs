import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rootPath } from '../../../scripts/lib/prepare.mjs';
import { isTrue, matches, same, untilSo } from './expect.mjs';
import { changedProfile, withoutCertificate, withoutKey } from './profiles.mjs';
import { refusals } from './refusals.mjs';

const moment = (view) => Date.parse(view.deadline);

/** The built worker under another build id, as a newer release would come. */
function anotherBuild(folder) {
  const root = join(folder, 'another-build');
  mkdirSync(root);
  for (const name of ['dist', 'deploy']) cpSync(join(rootPath, name), join(root, name), { recursive: true });
  for (const name of ['node_modules', 'package.json']) symlinkSync(join(rootPath, name), join(root, name));
  const file = join(root, 'dist/worker/temporal/create-worker.js');
  const code = readFileSync(file, 'utf8');
  isTrue(/const buildId = 'janus-[\d.]+'/.test(code), 'there is no build id in create-worker.js');
  writeFileSync(file, code.replace(/(?<=const buildId = ')[^']*/, 'janus-9.9'));
  return join(root, 'dist/worker/main.js');
}

const life = [
  {
    name: 'databases, namespace and attributes are made once; the second time changes nothing (spec F2)',
    async play({ place }) {
      await place.call('database');
      await place.call('namespace', 'vessels', '3');
      matches(await place.temporal(place.profile('janus'), 'operator', 'namespace', 'describe', '--namespace', 'vessels'), /72h/);
    },
  },
  {
    name: 'over mTLS, with a token that may write and no more: proposed, approved, executed (spec F2, D5)',
    async play({ first }) {
      await first.work();
      const id = await first.propose('echo over mTLS');
      await first.approve(id);
      same((await first.show(id)).status, 'completed', 'status');
    },
  },
  {
    name: 'two vessels in one namespace: each lists, approves and executes its own (spec F2)',
    async play(scene) {
      const { first, second } = scene;
      await second.work();
      const [one, other] = [await first.propose('echo one'), await second.propose('echo the other')];
      const lists = [await first.list(), await second.list()];
      same([lists[0].includes(one), lists[0].includes(other)], [true, false], 'the first lists its own');
      same(lists[1], [other], 'the second lists its own');
      await second.approve(other);
      await first.approve(one);
      const trail = (vessel) => readFileSync(join(vessel.home, 'proposals.jsonl'), 'utf8');
      same(
        [trail(first), trail(second)].map((text) => [text.includes(one), text.includes(other)]),
        [
          [true, false],
          [false, true],
        ],
        'trails',
      );
      scene.waits = await first.propose('echo waits');
    },
  },
];

const wear = [
  {
    name: 'the server is killed while one waits and comes back, by the command and the account of its unit: the deadline stands, it is approved and executed (spec D5)',
    async play({ place, first, waits }) {
      const before = moment(await first.show(waits));
      await place.kill();
      await place.start({ asUnit: true });
      const after = moment(await untilSo(() => first.show(waits)));
      isTrue(Math.abs(after - before) <= 1_000, `the deadline moved by ${after - before} ms`);
      await untilSo(() => first.asked('proposals', 'list'));
      await first.approve(waits);
      same((await first.show(waits)).status, 'completed', 'status');
    },
  },
  {
    name: 'what waits survives a worker of another build, and the way back (spec D4)',
    async play({ place, first }) {
      const waiting = [await first.propose('echo for the newer'), await first.propose('echo for the older again')];
      const deadlines = await Promise.all(waiting.map(async (id) => moment(await first.show(id))));
      const newer = anotherBuild(place.folder);
      for (const [index, script] of [newer, undefined].entries()) {
        await first.rest();
        await first.work(script);
        const id = waiting[index];
        same(moment(await first.show(id)), deadlines[index], 'deadline');
        await first.approve(id);
        same((await first.show(id)).status, 'completed', 'status');
      }
    },
  },
  {
    name: 'where the server asks for tokens alone, as a cloud does, an API key without a certificate does it all, and nothing without it (spec F2)',
    async play({ place, first, second }) {
      await Promise.all([first.rest(), second.rest()]);
      await place.kill('SIGTERM');
      place.set({ CLIENT_CERTIFICATES: 'optional' });
      await place.start({ asUnit: true });
      first.use(changedProfile(place, 'cloud', withoutCertificate));
      await first.work();
      const id = await first.propose('echo by an API key');
      await first.approve(id);
      same((await first.show(id)).status, 'completed', 'status');
      const { code, stderr } = await first.as(
        changedProfile(place, 'cloud-nobody', (text) => withoutKey(withoutCertificate(text))),
        'proposals',
        'list',
      );
      same(code, 4, 'exit code');
      matches(stderr, /does not let this client in/);
      const said = JSON.stringify((await first.as(place.profile('janus'), 'doctor')).value.findings);
      matches(said, /tried without certificate and key: [^"]* refuses/);
    },
  },
];

export const checks = [...life, ...refusals, ...wear];
