import { readFileSync, realpathSync } from 'node:fs';
import { unseenProgram } from '../domain/constitution/program-place.js';
import type { JanusConfig } from './config.js';
import { writtenToolsSchema } from './sections/agent.schema.js';
import { didYouMean } from '../domain/text/did-you-mean.js';
import { parseWithPositions } from './yaml/parse-with-positions.js';
import type { Problem } from './yaml/problem.js';

/** Where the program really lies; one that is not installed here is no mistake of the file (`ubos doctor` says it). */
function placeOf(program: string): string {
  try {
    return realpathSync.native(program);
  } catch {
    return program;
  }
}

export interface ToolProblems {
  readonly problems: readonly Problem[];
  /** What may well be meant: tools that are switched off. */
  readonly notes: readonly Problem[];
}

/** Tools that no action could ever use, or that nobody defined, with file and line (spec F1). For the person who has just edited the file. */
export function toolProblems({
  agentFile: file,
  tools,
  allowedTools,
  policy,
}: Pick<JanusConfig, 'agentFile' | 'tools' | 'allowedTools' | 'policy'>): ToolProblems {
  const parsed = parseWithPositions(readFileSync(file), file, writtenToolsSchema);
  if (!parsed.ok) return { problems: parsed.problems, notes: [] };
  const written = parsed.value.security?.allowed_tools;
  const names = tools.map(({ name }) => name);
  const unseen = tools.flatMap((tool, index): Problem[] => {
    const allowed = unseenProgram(tool, placeOf(tool.command[0]), policy.grants);
    const at = { file, line: parsed.lineOf('tools', index, 'command'), key: `tools.${tool.name}.command` };
    return allowed === undefined ? [] : [{ ...at, found: JSON.stringify(tool.command[0]), allowed }];
  });
  const undefinedNames = (written ?? []).flatMap((name, index): Problem[] => {
    if (names.includes(name)) return [];
    const nearest = didYouMean(name, names);
    const allowed =
      nearest === undefined ? `no tool has that name: defined are ${names.join(', ')}` : `no tool has that name; did you mean ${nearest}?`;
    return [
      {
        file,
        line: parsed.lineOf('security', 'allowed_tools', index),
        key: 'security.allowed_tools',
        found: JSON.stringify(name),
        allowed,
      },
    ];
  });
  const switchedOff = tools.flatMap(({ name }, index): Problem[] => {
    if (allowedTools.includes(name)) return [];
    const allowed =
      written === undefined
        ? `nobody may use it: without security.allowed_tools only the default ones count, so write allowed_tools: [${names.join(', ')}]`
        : 'nobody may use it: security.allowed_tools does not name it';
    return [{ file, line: parsed.lineOf('tools', index), key: `tools.${name}`, found: 'a tool', allowed }];
  });
  return {
    problems: [...unseen, ...undefinedNames, ...(written === undefined ? switchedOff : [])],
    notes: written === undefined ? [] : switchedOff,
  };
}
