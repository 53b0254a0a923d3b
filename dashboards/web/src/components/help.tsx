import { useEffect, useRef } from "preact/hooks";
import { VIEW_KEYS } from "../shortcuts";

const OTHERS: readonly [string, string][] = [
  ["/", "Search nodes"],
  ["t", "Theme: system, light, dark"],
  ["?", "This help"],
  ["Esc", "Close"],
];

export function Help({ onClose }: { onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  // The browser gives the focus back to where it was, and tells `onClose` later.
  const close = (): void => dialog.current?.close();
  return (
    <dialog
      ref={dialog}
      role="dialog"
      aria-label="Keyboard shortcuts"
      onClose={onClose}
      onClick={(event) => {
        if (event.target === dialog.current) close();
      }}
    >
      <h2>Keyboard shortcuts</h2>
      <table>
        <tbody>
          {VIEW_KEYS.map(([key, , title]) => (
            <tr key={key}>
              <th scope="row">
                <kbd>g</kbd> <kbd>{key}</kbd>
              </th>
              <td>{title}</td>
            </tr>
          ))}
          {OTHERS.map(([key, what]) => (
            <tr key={key}>
              <th scope="row">
                <kbd>{key}</kbd>
              </th>
              <td>{what}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="faint">
        In charts, draw over a stretch of time to look closer. Tables sort by their columns' titles.
      </p>
      <button type="button" onClick={close}>
        Close
      </button>
    </dialog>
  );
}
