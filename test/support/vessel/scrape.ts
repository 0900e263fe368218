/** What a worker answers to whoever scrapes it: the text, and the value of each series with its labels as they stand there. */
export async function scrape(port: number): Promise<{ readonly text: string; readonly values: ReadonlyMap<string, number> }> {
  const answer = await fetch(`http://127.0.0.1:${port}/metrics`);
  const text = await answer.text();
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return {
    text,
    values: new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))])),
  };
}

/** Names without the endings of a histogram. */
export const namesIn = (text: string): ReadonlySet<string> =>
  new Set([...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name as string));
