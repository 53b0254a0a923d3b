// What concerns the whole page: nobody answers, or another release does.
import { useRef } from "preact/hooks";
import { ago, localTime } from "../format";
import { useConnection } from "../live";
import { useNow } from "../now";
import type { Status } from "../types";

export function Banner({ status }: { status: Status | undefined }) {
  const { failing, lastGood } = useConnection();
  const now = useNow(failing);
  const began = useRef<string>();
  if (status) began.current ??= status.version;
  return (
    <>
      {failing && (
        <div class="banner bad" role="alert" data-testid="offline">
          <strong>The aggregator does not answer.</strong>{" "}
          {lastGood > 0
            ? `Last good data: ${localTime(lastGood, true)} (${ago(lastGood, now)}). What is shown is of then.`
            : "Nothing was received yet."}{" "}
          The page goes on by itself as soon as it is back.
        </div>
      )}
      {status && began.current !== status.version && (
        <div class="banner" role="status" data-testid="reload">
          The aggregator is of another release now.{" "}
          <button type="button" onClick={() => location.reload()}>
            Reload
          </button>
        </div>
      )}
    </>
  );
}
