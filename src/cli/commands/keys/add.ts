import { resolve } from 'node:path';
import { restartHint } from '../../../domain/units.js';
import type { JanusConfig } from '../../../config/config.js';
import { parseSignerTime } from '../../../domain/approval/allowed-signers.js';
import { signatureNamespaces } from '../../../domain/approval/statement.js';
import { JanusError } from '../../../domain/errors.js';
import { visible } from '../../../domain/text/visible.js';
import type { Command, Values } from '../../command.js';
import { textOf } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { jsonObjects } from '../../schemas/json-objects.js';
import { paint, wrap } from '../../terminal/output.js';
import { defaultKeyFile } from '../decide/signing-key.js';
import { revokedKeys } from './known-keys.js';
import { readPublicKey } from './public-key-file.js';
import { explainGroup, groupYaml } from './group-lines.js';
import { signerLine } from './signer-line.js';
import { sayWhatLacks } from './still-lacking.js';

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

async function addLine(config: JanusConfig, name: string, line: string): Promise<void> {
  const [{ changeAtomically, withLines }, { signerLinesProblems }, { describeProblem }] = await Promise.all([
    import('../../../adapters/signatures/signer-store.js'),
    import('../../../config/signers/signer-files.js'),
    import('../../../config/yaml/problem.js'),
  ]);
  const { paths, vesselId, approvals } = config;
  await changeAtomically(paths.allowedSigners, (text) => {
    const whole = withLines(text, [line]);
    const problems = signerLinesProblems(paths.allowedSigners, whole, { vessel: vesselId, groups: approvals.groups });
    if (problems.length === 0) return whole;
    throw new JanusError('USAGE', `${problems.map(describeProblem).join('\n')}\nNothing done.`, {
      details: { problems },
      next: `ubos keys list · groups of agent.yaml with ${name}:\n${groupYaml(name, config)}`,
    });
  });
}

const json = jsonObjects(({ z, text }) => ({ 'key-added': z.strictObject({ principal: text, file: text, line: text }) }));

export const command: Command = {
  json: [json],
  usage: 'ubos keys add NAME [KEY.pub] [--valid-before DAY] [--json]',
  details:
    'Lets the key sign for NAME, who must be in a group of agent.yaml: appends a line to allowed_signers, in one step.\nWithout KEY.pub: the one that `ubos keys init NAME` made here. It takes effect with the next message; the first key of all with the next start of the workers.',
  options: { 'valid-before': { type: 'string' } },
  async run({ positionals, values }, context) {
    const [name, asked, more] = positionals;
    if (name === undefined || more !== undefined) throw new JanusError('USAGE', 'whose key?', { next: command.usage });
    const file = asked === undefined ? `${defaultKeyFile(context, name)}.pub` : resolve(context.cwd, asked);
    const publicKey = readPublicKey(file);
    const config = await context.config({ keysMayLack: true });
    const { readIfThere } = await import('../../../adapters/signatures/signer-store.js');
    const { revokedSigners, allowedSigners } = config.paths;
    if (revokedKeys(readIfThere(revokedSigners), revokedSigners).includes(publicKey.split(' ')[1] ?? ''))
      throw new JanusError('CONFLICT', `this key is revoked (${revokedSigners}). Nothing done.`, {
        next: 'make another one: ubos keys init',
      });
    const options = { namespaces: namespacesFor(name, config), validBefore: validBeforeOf(values, context.now()) };
    const line = signerLine(name, publicKey, options);
    const isFirst = readIfThere(allowedSigners) === '';
    await addLine(config, name, line);
    if (context.json) json.write(context.stdout, 'key-added', { principal: name, file: allowedSigners, line });
    else context.stdout.write(`${wrap(`${paint(context, 'green', '✓')} ${visible(name)} may sign with ${file}`, context.columns, 2)}\n`);
    if (!context.json && name !== config.vesselId) explainGroup(name, config, context);
    if (isFirst && !context.json)
      context.stderr.write(
        `${wrap(`  Workers ask for signatures from their next start on: ${restartHint('brain', 'hands')}`, context.columns, 2)}\n`,
      );
    if (!context.json) await sayWhatLacks(context);
    return EXIT.ok;
  },
};
