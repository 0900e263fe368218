import type { Tool } from '../action/tool.js';
import type { Registry, RiskFloor } from '../action/reach.js';
import { isBelow, reachOfTools, riskFloorOf } from '../action/reach.js';
import type { RiskLevel } from '../action/proposal.js';
import type { ProposalDocument } from '../action/proposal.schema.js';
import type { CatalogueEntry, Parameter } from './catalogue.js';
import { placeholdersIn } from './catalogue.js';
import { forms } from './shape.js';

/** An entry as people wrote it, its parameters parsed. */
export interface WrittenEntry {
  readonly name: string;
  readonly description: string;
  readonly actionType: string;
  readonly tool: string;
  readonly args: readonly string[];
  readonly parameters: readonly Parameter[];
  readonly expect?: NonNullable<ProposalDocument['steps']>[number]['expect'];
  readonly rollback: readonly { readonly tool: string; readonly args: readonly string[] }[];
  readonly rollbackPlan: string;
  readonly risk?: RiskLevel;
  readonly networkDomains: readonly string[];
}

export interface EntryRules extends Registry {
  readonly allowedTools: readonly string[];
  readonly riskFloor?: Partial<RiskFloor>;
}

/** Under a shell's eyes without quotes around it, each of these is one word and nothing more. */
function isPlain({ shape }: Parameter): boolean {
  if (shape.kind === 'text') return forms[shape.form].plain;
  return shape.kind === 'integer' || shape.values.every((value) => /^[A-Za-z0-9_/][A-Za-z0-9_./-]*$/.test(value));
}

const shellSigns = /[;|&`$()<>]/;

function callProblems({ tool: name, args }: WrittenEntry['rollback'][number], entry: WrittenEntry, rules: EntryRules): string[] {
  const tool = rules.tools.find((candidate) => candidate.name === name);
  if (tool === undefined) return [`tool ${name} is not in tools`];
  const asked = args.flatMap(placeholdersIn);
  const names = entry.parameters.map((parameter) => parameter.name);
  return [
    ...(rules.allowedTools.includes(name) ? [] : [`tool ${name} is not in security.allowed_tools`]),
    ...asked.filter((each) => !names.includes(each)).map((each) => `{${each}} names no parameter of it`),
    ...(tool.shell
      ? entry.parameters
          .filter((parameter) => asked.includes(parameter.name) && !isPlain(parameter))
          .map(
            (parameter) => `{${parameter.name}} stands in a script for a shell: only integer, form name or path, or an enum of such words`,
          )
      : []),
  ];
}

/** The floor of what it reaches; a script with signs of a shell is more than low, as the constitution has it (spec C4, C6). */
function leastRisk({ tool, args, rollback, networkDomains }: WrittenEntry, rules: EntryRules): RiskLevel {
  const names = [tool, ...rollback.map((call) => call.tool)];
  const floor = riskFloorOf(reachOfTools(names, networkDomains, rules), rules.riskFloor);
  const isShell = (name: string) => rules.tools.some((each: Tool) => each.name === name && each.shell);
  const isScript = [{ tool, args }, ...rollback].some((call) => isShell(call.tool) && call.args.some((text) => shellSigns.test(text)));
  return isScript && floor === 'low' ? 'medium' : floor;
}

/** Turns what people wrote into an entry that a model may choose, or says all that is wrong with it. Pure. */
export function compileEntry(entry: WrittenEntry, rules: EntryRules): CatalogueEntry | { readonly problems: readonly string[] } {
  const { name, tool, args, expect, rollback, rollbackPlan, risk: said } = entry;
  const used = [args, ...rollback.map((call) => call.args)].flat().flatMap(placeholdersIn);
  const floor = leastRisk(entry, rules);
  const risk = said === undefined || isBelow(said, floor) ? floor : said;
  const problems = [
    ...[{ tool, args }, ...rollback].flatMap((call) => callProblems(call, entry, rules)),
    ...entry.parameters
      .filter((parameter) => !used.includes(parameter.name))
      .map((parameter) => `no argument asks for {${parameter.name}}`),
    ...(said !== undefined && isBelow(said, floor) ? [`risk_level is ${said}, its floor is ${floor}`] : []),
    ...(risk === 'low' || (rollback.length > 0 && rollbackPlan.trim() !== '')
      ? []
      : [`at ${risk} risk it needs rollback and rollback_plan`]),
  ];
  if (problems.length > 0) return { problems: [...new Set(problems)] };
  return {
    id: name,
    actionType: entry.actionType,
    description: entry.description,
    parameters: entry.parameters,
    steps: [{ tool_name: tool, tool_args: [...args], ...(expect && { expect }) }],
    rollback: rollback.map((call) => ({ tool_name: call.tool, tool_args: [...call.args] })),
    rollbackPlan,
    networkDomains: entry.networkDomains,
    risk,
  };
}
