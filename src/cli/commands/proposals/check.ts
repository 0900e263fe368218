import { mendHint, readProposalFile, readProposalStream } from '../../../config/proposal-file.js';
import { JanusError } from '../../../domain/errors.js';
import type { Command } from '../../command.js';
import { checkJson, reportCheck } from './check-draft.js';

export const command: Command = {
  json: [checkJson],
  usage: 'ubos check FILE [--json]',
  details: 'Reads a proposal, reviews it, and shows what the sandbox would run. Needs no server. -: from standard input.',
  async run({ positionals }, context) {
    const [file, extra] = positionals;
    if (extra !== undefined) throw new JanusError('USAGE', 'one file at a time', { next: 'ubos check FILE' });
    if (file === undefined) throw new JanusError('USAGE', 'which file?', { next: 'ubos check examples/disk-report.yaml' });
    return reportCheck(file === '-' ? await readProposalStream(process.stdin) : readProposalFile(file), context, mendHint(file));
  },
};
