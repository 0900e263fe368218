import type { Fact } from '../model/context.js';
import type { OracleAnswered } from './oracle.js';

/** What oracles said, as the mind knows it: a stranger's words, whatever they are about (spec T5). `before`: how many such facts there are. */
export const oracleFacts = (answers: readonly OracleAnswered[], before: number): Fact[] =>
  answers.map(({ oracle, query, result }, index) => ({
    id: `o:${before + index + 1}`,
    text: `${oracle} on "${query}": ${result.text}`,
    ...(result.kind === 'number' && { value: result.value }),
    trust: 'outside',
    source: `oracle ${oracle}`,
  }));
