import { millis, words } from "../format";
import type { HyperEvent } from "../types";
import { Moment } from "./moment";

export function EventsTable({ events }: { events: readonly HyperEvent[] }) {
  if (events.length === 0) return <p class="faint">Nothing happened that is kept.</p>;
  return (
    <div class="scroll-x tall" tabIndex={0} role="region" aria-label="Events">
      <table data-testid="events-table" aria-label="Events">
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col">What</th>
            <th scope="col">In words</th>
          </tr>
        </thead>
        <tbody>
          {events.map((event) => (
            <tr key={event.id}>
              <td>
                <Moment ms={millis(event.unix_nanos)} seconds />
              </td>
              <td>{words(event.kind)}</td>
              <td class="help">
                <bdi>{event.text.slice(0, 500)}</bdi>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
