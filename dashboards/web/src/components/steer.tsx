// Acknowledge, accept or mute a regression, with a note for people who ask later.
import { useState } from "preact/hooks";
import { ApiError, post } from "../http";
import { refresh } from "../live";
import { whyNot, type Order } from "../regression_states";
import type { Regression } from "../types";

const ORDERS: readonly [Order, string, string][] = [
  ["acknowledge", "Acknowledge", "Somebody looks after it"],
  ["accept", "Accept", "The new level is the baseline from now on"],
  ["mute", "Mute", "Nobody wants to hear of it"],
];
const MOST_NOTE_BYTES = 1024;

export function Steer({ regression, onChange }: { regression: Regression; onChange: () => void }) {
  const [note, setNote] = useState(regression.note);
  const [busy, setBusy] = useState(false);
  const [result, setResult] = useState("");
  const tooLong = new TextEncoder().encode(note).length > MOST_NOTE_BYTES;
  const order = async (name: Order): Promise<void> => {
    setBusy(true);
    setResult("");
    try {
      const now = await post<Regression>(`api/v1/regression/${name}`, { id: regression.id, note });
      setResult(`It is ${now.state} now.`);
      onChange();
      refresh("api/v1/regression");
      refresh("api/v1/status");
    } catch (error) {
      setResult(`It could not be done: ${error instanceof ApiError ? error.message : String(error)}`);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form class="steer" onSubmit={(event) => event.preventDefault()}>
      <label class="field note">
        <span>Note</span>
        <textarea
          rows={2}
          value={note}
          onInput={(event) => setNote(event.currentTarget.value)}
          aria-invalid={tooLong}
        />
      </label>
      {tooLong && <span role="alert">A note has at most {MOST_NOTE_BYTES} bytes.</span>}
      <div class="buttons">
        {ORDERS.map(([name, title, meaning]) => {
          const why = whyNot(name, regression.state);
          return (
            <button
              key={name}
              type="button"
              disabled={busy || tooLong || why !== ""}
              title={why === "" ? meaning : why}
              onClick={() => void order(name)}
            >
              {title}
            </button>
          );
        })}
      </div>
      <span role="status" data-testid="steer-result">
        {result}
      </span>
    </form>
  );
}
