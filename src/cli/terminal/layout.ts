import stringWidth from 'string-width';
import type { TextLayout } from '../../domain/review/text.js';
import type { Context } from '../command.js';
import { paint, paintRisk } from './output.js';
import { when } from './times.js';

/** How sections of a review are laid out on this terminal. */
export function layoutOf(context: Pick<Context, 'columns' | 'color' | 'now' | 'time' | 'here'>): TextLayout {
  return {
    columns: context.columns,
    widthOf: stringWidth,
    paint: (style, text) => {
      if (style === 'title') return paint(context, 'bold', text);
      return style === 'alarm' ? paint(context, 'yellow', text) : paintRisk(context, style, text);
    },
    command: context.here,
    moment: (at) => when(at, context, 'iso'),
  };
}
