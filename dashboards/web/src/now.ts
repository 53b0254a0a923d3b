// The present, for all who show how long ago something was; one clock for the whole page.
import { useEffect, useReducer } from "preact/hooks";

const TICK_MS = 10_000;
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

export function useNow(wanted = true): number {
  const [, redraw] = useReducer((turn: number) => turn + 1, 0);
  useEffect(() => {
    if (!wanted) return undefined;
    const listener = (): void => redraw(undefined);
    listeners.add(listener);
    timer ??= setInterval(() => {
      if (!document.hidden) for (const each of [...listeners]) each();
    }, TICK_MS);
    return () => {
      listeners.delete(listener);
      if (listeners.size > 0) return;
      clearInterval(timer);
      timer = undefined;
    };
  }, [wanted]);
  return Date.now();
}
