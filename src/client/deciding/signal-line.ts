const shellQuoted = (text: string) => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`);

/** JSON in ASCII, in one line and without a single quote, so that no terminal, shell or clipboard changes it: what stands in quotes is the JSON. */
const ascii = (value: unknown) =>
  JSON.stringify(value).replace(/['\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** The line for a shell that sends a decision or an order without ubos: a signal of this name, with the rest of the message. */
export function signalLine(namespace: string, id: string, name: string, message: object): string {
  const words = ['--namespace', namespace, '--workflow-id', id, '--name', name, '--input', ascii(message)];
  return `temporal workflow signal ${words.map(shellQuoted).join(' ')}`;
}
