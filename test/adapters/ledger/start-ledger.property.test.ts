import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createStartLedger } from '../../../src/adapters/ledger/create-start-ledger.js';
import type { StartLedger } from '../../../src/adapters/ledger/start-ledger.js';
import type { ExecutionResult } from '../../../src/domain/action/result.js';
import { useFolders } from '../../support/folders.js';
import { aClaim, aFinish, aResult, goneIdentity, idOf } from '../../support/trail/ledgers.js';

const folder = useFolders();

/** What should be true of each of two actions. */
interface Expected {
  granted: boolean;
  startedSteps: number;
  finished: ExecutionResult | undefined;
}
type Model = Map<string, Expected>;
/** Three processes of one host; a crash replaces one by another with an identity of its own. */
interface Host {
  readonly folder: string;
  readonly processes: StartLedger[];
  crashes: number;
}
type Command = fc.AsyncCommand<Model, Host>;

const of = (model: Model, id: string) => model.get(id)!;
const identity = goneIdentity();
const start = (host: Pick<Host, 'folder'>, number: number) =>
  createStartLedger({ folder: host.folder, self: { ...identity, startTicks: String(number) } });

const command = (name: string, check: (model: Readonly<Model>) => boolean, run: (model: Model, host: Host) => Promise<void>): Command => ({
  check,
  run,
  toString: () => name,
});

const claimAtOnce = (id: string, who: readonly number[]) =>
  command(
    `claim(${id.slice(-1)}, ${who.join()})`,
    () => true,
    async (model, host) => {
      const granted = await Promise.all(who.map((number) => host.processes[number]!.claim(id, aClaim('d'))));
      expect(granted.filter(Boolean)).toHaveLength(of(model, id).granted ? 0 : 1);
      of(model, id).granted = true;
    },
  );

const crash = (who: number) =>
  command(
    `crash(${who})`,
    () => true,
    async (_, host) => {
      host.crashes += 1;
      host.processes[who] = start(host, 100 + host.crashes);
    },
  );

const step = (id: string, who: number) =>
  command(
    `step(${id.slice(-1)}, ${who})`,
    (model) => of(model, id).granted && of(model, id).startedSteps < 16,
    async (model, host) => {
      const expected = of(model, id);
      await host.processes[who]!.startStep(id, expected.startedSteps);
      await host.processes[who]!.finishStep(id, expected.startedSteps, aResult());
      expected.startedSteps += 1;
    },
  );

const finish = (id: string, who: number) =>
  command(
    `finish(${id.slice(-1)}, ${who})`,
    (model) => of(model, id).granted,
    async (model, host) => {
      const result = aFinish({ host: `process ${who}` });
      const expected = of(model, id);
      expected.finished ??= result;
      expect(await host.processes[who]!.finish(id, result)).toEqual(expected.finished);
    },
  );

const look = (id: string, who: number) =>
  command(
    `look(${id.slice(-1)}, ${who})`,
    () => true,
    async (model, host) => {
      const { granted, startedSteps, finished } = of(model, id);
      const entry = await host.processes[who]!.read(id);
      if (!granted) expect(entry).toEqual({ kind: 'unclaimed' });
      else if (finished !== undefined) expect(entry).toEqual({ kind: 'done', result: finished });
      else expect(entry).toMatchObject({ kind: 'interrupted', startedSteps });
    },
  );

const id = fc.constantFrom(idOf(1), idOf(2));
const who = fc.integer({ min: 0, max: 2 });

it('grants a claim at most once and keeps the first result, whatever the order and whoever crashes (spec X5)', async () => {
  const commands = fc.commands(
    [
      fc.tuple(id, fc.array(who, { minLength: 1, maxLength: 6 })).map(([each, many]) => claimAtOnce(each, many)),
      who.map(crash),
      fc.tuple(id, who).map(([each, number]) => step(each, number)),
      fc.tuple(id, who).map(([each, number]) => finish(each, number)),
      fc.tuple(id, who).map(([each, number]) => look(each, number)),
    ],
    { maxCommands: 15 },
  );
  await fc.assert(
    fc.asyncProperty(commands, async (each) => {
      await fc.asyncModelRun(() => {
        const host = { folder: folder() };
        const expected = () => ({ granted: false, startedSteps: 0, finished: undefined });
        return {
          model: new Map<string, Expected>([
            [idOf(1), expected()],
            [idOf(2), expected()],
          ]),
          real: { ...host, processes: [1, 2, 3].map((number) => start(host, number)), crashes: 0 },
        };
      }, each);
    }),
    { numRuns: 60 },
  );
});
