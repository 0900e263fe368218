import { Lexer, Parser } from 'yaml';
import { readJson } from '../../domain/text/strict-json.js';
import type { Problem } from './problem.js';

/** Larger files are no configuration and no proposal. */
export const documentBytesMax = 1_048_576;
/** What parses and checks a document recurses: a file of brackets would overflow the stack, or take the process down. */
const documentDepthMax = 64;

/**
 * Why a document is not even parsed: too large, no text, too deep; and where its name ends in .json, no JSON. JSON's own control characters and
 * surrogates in escapes are for the schema.
 */
export function unreadable(text: string, file: string): Problem | undefined {
  if (Buffer.byteLength(text) > documentBytesMax)
    return {
      file,
      line: 1,
      key: '',
      found: `${Buffer.byteLength(text)} bytes`,
      allowed: `at most ${documentBytesMax} bytes are read`,
    };
  const nul = text.indexOf('\0');
  if (nul >= 0) return { file, line: lineAt(text, nul), key: '', found: 'a NUL character', allowed: 'files are text' };
  return tooDeep(text, file) ?? (file.endsWith('.json') ? noJson(text, file) : undefined);
}

const lineAt = (text: string, offset: number) => text.slice(0, offset).split('\n').length;

/** Found by the parser's own stack, token by token, before anything recurses. */
function tooDeep(text: string, file: string): Problem | undefined {
  const parser = new Parser();
  for (const lexeme of new Lexer().lex(text)) {
    for (const _ of parser.next(lexeme));
    if (parser.stack.length > documentDepthMax + 1)
      return {
        file,
        line: lineAt(text, parser.offset),
        key: '',
        found: `more than ${documentDepthMax} levels of nesting`,
        allowed: `at most ${documentDepthMax} levels are read`,
      };
  }
  return undefined;
}

function noJson(text: string, file: string): Problem | undefined {
  const read = readJson(text);
  return 'flaw' in read ? { file, ...read.flaw } : undefined;
}
