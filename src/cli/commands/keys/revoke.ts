import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { JanusConfig } from '../../../config/config.js';
import { isPublicKey, parseSignerTime } from '../../../domain/approval/allowed-signers.js';
import { personOf } from '../../../domain/approval/rules.js';
import { JanusError } from '../../../domain/errors.js';
import { signatureNamespaces } from '../../../domain/approval/statement.js';
import { visible } from '../../../domain/text/visible.js';
import type { Command, Context, Values } from '../../command.js';
import { textOf } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { paint, wrap, writeJson } from '../../terminal/output.js';
import { defaultKeyFile } from '../decide/signing-key.js';
import { signerLine } from './init.js';
import type { KnownKey } from './known-keys.js';
import { knownKeys, revokedKeys } from './known-keys.js';

/** The public key in a file, "<type> <base64>". */
function readPublicKey(file: string): string {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  if (text === undefined) throw new JanusError('USAGE', `there is no ${file}`, { next: 'ubos keys init, or: ubos keys add NAME KEY.pub' });
  const [type = '', key = ''] = text.trim().split(/\s+/);
  if (!isPublicKey(type, key) || text.trim().includes('\n'))
    throw new JanusError('USAGE', `${file} is not one public key`, { next: 'the file that ends in .pub' });
  return `${type} ${key}`;
}

/** 2027-01-31 or YYYYMMDD[HHMM[SS]][Z], as allowed_signers has it; a day is one in UTC. */
function validBeforeOf(values: Values, now: Date): string {
  const asked = textOf(values, 'valid-before');
  if (asked === undefined) return '';
  const day = /^(\d{4})-(\d\d)-(\d\d)$/.exec(asked);
  const word = day === null ? asked : `${day.slice(1).join('')}Z`;
  const at = parseSignerTime(word);
  if (at === undefined) throw new JanusError('USAGE', `${JSON.stringify(asked)} is no day`, { next: '--valid-before 2027-01-31' });
  if (at <= now.getTime()) throw new JanusError('USAGE', `${asked} is over already`, { next: '--valid-before with a day that is to come' });
  return word;
}

/** The vessel's own key proposes; whatever else it is listed for would be refused at the next start. */
const namespacesFor = (name: string, { vesselId }: JanusConfig) =>
  name === vesselId ? signatureNamespaces.proposal : Object.values(signatureNamespaces).join(',');

async function addLine(config: JanusConfig, line: string): Promise<void> {
  const [{ changeAtomically, withLines }, { signerLinesProblems }, { describeProblem }] = await Promise.all([
    import('../../../config/signers/signer-store.js'),
    import('../../../config/signers/signer-files.js'),
    import('../../../config/yaml/position.js'),
  ]);
  const { paths, vesselId, approvals } = config;
  changeAtomically(paths.allowedSigners, (text) => {
    const whole = withLines(text, [line]);
    const problems = signerLinesProblems(paths.allowedSigners, whole, { vessel: vesselId, groups: approvals.groups });
    if (problems.length === 0) return whole;
    throw new JanusError('USAGE', `${problems.map(describeProblem).join('\n')}\nNothing done.`, {
      details: { problems },
      next: 'ubos keys list · ubos config explain approvals.groups',
    });
  });
}

export const add: Command = {
  usage: 'ubos keys add NAME [KEY.pub] [--valid-before DAY] [--json]',
  details:
    'Lets the key sign for NAME, who must be in a group of agent.yaml: appends a line to allowed_signers, in one step.\nWithout KEY.pub: the one that `ubos keys init NAME` made here. It takes effect with the next message; the first key of all with the next start of the workers.',
  options: { 'valid-before': { type: 'string' } },
  async run({ positionals, values }, context) {
    const [name, asked, more] = positionals;
    if (name === undefined || more !== undefined) throw new JanusError('USAGE', 'whose key?', { next: add.usage });
    const file = asked === undefined ? `${defaultKeyFile(context, name)}.pub` : resolve(context.cwd, asked);
    const publicKey = readPublicKey(file);
    const config = await context.config();
    const { readIfThere } = await import('../../../config/signers/signer-store.js');
    const { revokedSigners, allowedSigners } = config.paths;
    if (revokedKeys(readIfThere(revokedSigners), revokedSigners).includes(publicKey.split(' ')[1] ?? ''))
      throw new JanusError('CONFLICT', `this key is revoked (${revokedSigners}). Nothing done.`, {
        next: 'ubos keys init makes another one',
      });
    const options = { namespaces: namespacesFor(name, config), validBefore: validBeforeOf(values, context.now()) };
    const line = signerLine(name, publicKey, options);
    const isFirst = readIfThere(allowedSigners) === '';
    await addLine(config, line);
    if (context.json) writeJson(context, 'key-added', { principal: name, file: allowedSigners, line });
    else context.stdout.write(`${wrap(`${paint(context, 'green', '✓')} ${visible(name)} may sign with ${file}`, context.columns, 2)}\n`);
    if (isFirst && !context.json)
      context.stderr.write(
        `${wrap('  Workers ask for signatures from their next start on: npm start again, or restart janus_agentd', context.columns, 2)}\n`,
      );
    return EXIT.ok;
  },
};

/** By name all of a person's keys, by fingerprint or file one. */
function chosen(keys: readonly KnownKey[], asked: string, context: Context): readonly KnownKey[] {
  const file = resolve(context.cwd, asked);
  const key = asked.endsWith('.pub') && existsSync(file) ? readPublicKey(file).split(' ')[1] : undefined;
  const found = keys.filter(({ principal, fingerprint, key: each }) =>
    key === undefined ? fingerprint === asked || personOf(principal) === personOf(asked) : each === key,
  );
  if (found.length === 0)
    throw new JanusError('USAGE', `${JSON.stringify(asked)} is no name, fingerprint or file of a key in allowed_signers`, {
      next: 'ubos keys list',
    });
  return found;
}

async function revokeLines(config: JanusConfig, lines: readonly string[]): Promise<void> {
  const { changeAtomically, withLines } = await import('../../../config/signers/signer-store.js');
  const { revokedSigners } = config.paths;
  changeAtomically(revokedSigners, (text) => {
    revokedKeys(text, revokedSigners);
    return withLines(text, lines);
  });
}

export const revoke: Command = {
  usage: 'ubos keys revoke NAME|FINGERPRINT|KEY.pub [--reason TEXT] [--json]',
  details: 'From now on the key signs nothing, nor what it signed before and was not yet started. By name: all keys of that person.',
  options: { reason: { type: 'string' } },
  async run({ positionals, values }, context) {
    const [asked, more] = positionals;
    if (asked === undefined || more !== undefined) throw new JanusError('USAGE', 'which key?', { next: revoke.usage });
    const config = await context.config();
    const found = chosen(await knownKeys(config, context), asked, context);
    const fresh = found.filter(({ state }) => state !== 'revoked');
    // In one line whatever it holds: a second line would be read as another key.
    const reason = (textOf(values, 'reason') ?? '').replaceAll(/\s+/g, ' ');
    const at = context.now().toISOString();
    if (fresh.length > 0)
      await revokeLines(
        config,
        fresh.flatMap(({ principal, keyType, key }) => [
          `# ${visible(principal)}, ${at}${reason === '' ? '' : `: ${visible(reason)}`}`,
          `${keyType} ${key}`,
        ]),
      );
    const left = (await knownKeys(config, context)).filter(({ state }) => state === 'valid').map(({ principal }) => personOf(principal));
    const without = [...new Set(found.map(({ principal }) => principal))].filter((name) => !left.includes(personOf(name)));
    if (context.json)
      writeJson(context, 'keys-revoked', {
        file: config.paths.revokedSigners,
        revoked: found.map(({ fingerprint }) => fingerprint),
        without_key: without,
      });
    else {
      for (const { principal, fingerprint, state } of found)
        context.stdout.write(
          `${paint(context, 'yellow', '✓')} ${state === 'revoked' ? 'Was revoked before' : 'Revoked'}: ${visible(principal)}\n  ${fingerprint}\n`,
        );
      for (const name of without)
        context.stderr.write(
          `${wrap(`  ${visible(name)} has no key any more, and cannot sign: ubos keys init, ubos keys add`, context.columns, 2)}\n`,
        );
    }
    return EXIT.ok;
  },
};
