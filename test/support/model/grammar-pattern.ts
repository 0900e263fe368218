/** A grammar without recursion as a regular expression: what one accepts the other does, so that a test can ask both ways. */
export function grammarPattern(grammar: string): RegExp {
  const rules = new Map(
    grammar.split('\n').map((line) => {
      const at = line.indexOf(' ::= ');
      return [line.slice(0, at), line.slice(at + 5)] as const;
    }),
  );
  const expand = (name: string): string => {
    const body = rules.get(name);
    if (body === undefined) throw new Error(`no rule ${name}`);
    const parts = body.match(/"(?:\\.|[^"\\])*"|\[[^\]]*\]|r\d+|[(){}|?,\d]|\s+/g) ?? [];
    const words = parts.map((part) => {
      if (part.startsWith('"'))
        return part
          .slice(1, -1)
          .replace(/\\(.)/g, '$1')
          .replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
      return /^r\d+$/.test(part) ? expand(part) : part.trim();
    });
    return `(?:${words.join('').replace(/\((?!\?)/g, '(?:')})`;
  };
  return new RegExp(`^${expand('root')}$`);
}
