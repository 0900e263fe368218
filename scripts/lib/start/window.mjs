import { out } from '../say.mjs';
import { called } from '../ubos.mjs';

const keys = 'f one that fails · k kill -9 the worker · s stop all · q quit';

/** What can be done now, and by which keys. */
function offer(current) {
  if (current === undefined) return `  Nothing of the demonstration waits   keys: ${keys}`;
  const { id, needsPersons } = current;
  if (needsPersons)
    return [
      `  Approve it        ${called} approve ${id}`,
      `  or reject it      ${called} reject ${id} --reason TEXT`,
      `  with a key of yours: this vessel believes signatures or groups only   (keys: v view · ${keys})`,
    ].join('\n');
  return `  Approve it here   press a   (keys: a approve · r reject · v view · ${keys})\n  or elsewhere      ${called} approve ${id}`;
}

/** What the keys of the window do. `proposed` and `decided` are the ids of what it has proposed and decided itself, `over` of what waits no more. */
function createActions({ steps, proposed, decided, over }) {
  const state = { current: undefined };
  const announce = async (name) => {
    const proposal = await steps.announce(name);
    if (proposal !== undefined) proposed.add(proposal.id);
    return proposal?.waits ? proposal : undefined;
  };
  const decide = async (step) => {
    const proposal = state.current;
    state.current = undefined;
    decided.add(proposal.id);
    try {
      await step(proposal.id);
    } catch (error) {
      decided.delete(proposal.id);
      if (!over.has(proposal.id)) state.current = proposal;
      throw error;
    }
  };
  const none = (what) =>
    out(
      `nothing of the demonstration waits to be ${what}: f proposes one that fails, k one that survives a kill -9; whatever else waits: ${called} review`,
    );
  const actions = {
    a: async () => {
      if (state.current === undefined) return none('approved');
      if (state.current.needsPersons) return out(offer(state.current));
      await decide(steps.approve);
      out('Now break it: press f for an action that fails (watch its rollback), k to kill the worker while one waits.');
    },
    r: async () => {
      if (state.current === undefined) return none('rejected');
      return state.current.needsPersons ? out(offer(state.current)) : decide(steps.reject);
    },
    v: async () =>
      state.current === undefined
        ? out(`nothing of the demonstration waits: ${called} proposals list --all`)
        : steps.view(state.current.id),
    f: async () => {
      const failing = await announce('fails-and-rolls-back');
      if (failing === undefined) return;
      if (failing.needsPersons) {
        state.current = failing;
        return out(offer(failing));
      }
      out('approved for you, so that you can watch it fail:');
      decided.add(failing.id);
      await steps.approve(failing.id);
    },
    k: async () => {
      state.current ??= await announce('log-rotation');
      if (state.current === undefined) return;
      await steps.kill(state.current);
      out(offer(state.current));
    },
    s: async () => {
      await steps.stop();
      out(offer(state.current));
    },
    first: async () => {
      state.current = await announce('disk-report');
      out(`\n${offer(state.current)}`);
    },
  };
  return { state, actions };
}

/**
 * One key, one thing; in order, so that no key is answered twice. `serve` resolves when the person leaves; `onChange` is told what becomes of proposals,
 * and says what was decided elsewhere. `steps` are what the keys do.
 */
export function openWindow({ steps, isFinal }) {
  const [proposed, decided, over] = [new Set(), new Set(), new Set()];
  const { state, actions } = createActions({ steps, proposed, decided, over });
  /** What happens while a key is at work may be its own work: it is looked at afterwards. */
  let held;
  const sayChange = ({ id, status, summary }) => {
    if (id === state.current?.id && status !== 'proposed') {
      state.current = undefined;
      state.leaving = id;
    }
    const isNews = status === 'proposed' ? !proposed.has(id) : !decided.has(id);
    if (isNews && (status === 'approved' || status === 'proposed' || isFinal(status))) out(`elsewhere  ${id} ${status}: ${summary}`);
    if (isFinal(status) && id === state.leaving) out(offer(state.current));
  };
  const act = async (key) => {
    held = [];
    // A failed step is said, and the demonstration goes on.
    await actions[key]().catch((error) => out(`✗ ${error.message}${error.next === undefined ? '' : `\n  next: ${error.next}`}`));
    const changes = held;
    held = undefined;
    changes.forEach(sayChange);
  };
  return {
    onChange(change) {
      if (change.status !== 'proposed') over.add(change.id);
      if (held === undefined) sayChange(change);
      else held.push(change);
    },
    async serve(pressed) {
      await act('first');
      for await (const key of pressed) {
        if (key === 'q' || key === '\u0004') return;
        if (key.length === 1 && key in actions) {
          out(key);
          await act(key);
        } else if (key.trim() !== '') out(offer(state.current));
      }
    },
  };
}

/** The keys of a terminal, one by one, also those that are pressed while something is done. Ctrl-C is a key then: `onInterrupt` hears of it at once. */
export async function* pressedKeys(stdin, { signal, onInterrupt }) {
  const waiting = [];
  let wake = () => undefined;
  const push = (key) => {
    waiting.push(key);
    wake();
  };
  const onData = (text) => {
    if (text.includes('\u0003')) onInterrupt();
    // An arrow key is one key, of several characters.
    for (const key of text.startsWith('\u001b') ? [text] : text) push(key);
  };
  const leave = () => push('q');
  stdin.setRawMode(true);
  stdin.setEncoding('utf8');
  stdin.on('data', onData);
  stdin.once('end', leave);
  signal.addEventListener('abort', leave, { once: true });
  stdin.resume();
  try {
    for (;;) {
      while (waiting.length === 0) await new Promise((resolve) => (wake = resolve));
      yield waiting.shift();
    }
  } finally {
    stdin.pause();
    stdin.off('data', onData);
    stdin.setRawMode(false);
  }
}
