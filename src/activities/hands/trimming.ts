import { connectionRecordsMax } from '../../domain/action/connection.js';
import type { CapturedOutput, CommandResult } from '../../domain/action/result.js';

/** Room for all outputs of an action in its history, in characters; the full text lies beside the workspace. */
const historyCharacters = 32_768;

function trim(output: CapturedOutput, max: number): CapturedOutput {
  return output.text.length <= max ? output : { ...output, text: output.text.slice(0, max), truncated: true };
}

/** Histories hold at most 32,768 characters of output and 200 connections per action, shared evenly by its commands. */
export function forHistory(result: CommandResult, commands: number): CommandResult {
  const max = Math.floor(historyCharacters / Math.max(1, commands) / 2);
  const { network } = result;
  const records = network?.records.slice(0, Math.floor(connectionRecordsMax / Math.max(1, commands)));
  return {
    ...result,
    stdout: trim(result.stdout, max),
    stderr: trim(result.stderr, max),
    ...(network !== undefined && records !== undefined && { network: { ...network, records } }),
  };
}
