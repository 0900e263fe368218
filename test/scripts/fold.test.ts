import { describe, expect, it } from '@jest/globals';
import { fold } from '../../scripts/lib/fold.mjs';

describe('what the scripts say on a terminal (spec U1)', () => {
  it.each([
    { what: 'a line that fits', text: 'web UI     here', lines: ['web UI     here'] },
    {
      what: 'words behind a label',
      text: 'sandbox    bubblewrap 0.8.0, actions as uid 61999, rlimit: limits',
      lines: ['sandbox    bubblewrap 0.8.0, actions as', '           uid 61999, rlimit: limits'],
    },
    {
      what: 'a label that takes too much of the line',
      text: '  or by hand  ./ubos approve janus-0123456789ab, of course',
      lines: ['  or by hand', '  ./ubos approve janus-0123456789ab, of', '  course'],
    },
    {
      what: 'a command, which stays whole',
      text: 'web UI     http://127.0.0.1:8233/x   (links: ./ubos ui)',
      lines: ['web UI     http://127.0.0.1:8233/x', '           (links: ./ubos ui)'],
    },
    {
      what: 'a sentence without a label',
      text: 'nothing waits to be approved: f proposes one that fails',
      lines: ['nothing waits to be approved: f proposes', '  one that fails'],
    },
    {
      what: 'a word that is longer than the line',
      text: `data /${'x'.repeat(50)} there`,
      lines: ['data', `  /${'x'.repeat(50)}`, '  there'],
    },
  ])('breaks between words: $what', ({ text, lines }) => {
    expect(fold(text, 40).split('\n')).toEqual(lines);
  });

  it('breaks every line for itself, and keeps empty ones', () => {
    expect(fold('\none two\n\nthree four', 8)).toBe('\none two\n\nthree\n  four');
  });

  it('leaves a pipe as it is', () => {
    const text = `${'word '.repeat(60)}end`;
    expect(fold(text, undefined)).toBe(text);
  });
});
