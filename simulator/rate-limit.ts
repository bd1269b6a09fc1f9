import type { FaultKind } from "./faults.js";
import type { ServiceName } from "./operation.js";

/** What each service takes in each region, for there each has a host of its own. */
export interface RateLimit {
  /** How many are served in one window. Those beyond it are refused, and count for nothing. */
  requests: number;
  /** How long a window is. It is fixed: it begins with the first request after the end of the one before. */
  seconds: number;
  /** Whether a refusal says when the window ends. @default false */
  retryAfter?: boolean;
  /** Whether a refusal tells the limit in its words, as Huawei Cloud's gateway does. @default false */
  tellsLimit?: boolean;
}

/** Where a request goes to, as far as limits look at it. */
interface Destination {
  service: ServiceName;
  region: string;
}

/** Counts what is served. */
export class RateLimiter {
  readonly #limit: RateLimit | undefined;
  readonly #windows = new Map<string, { endsAt: number; served: number }>();

  constructor(limit: RateLimit | undefined) {
    this.#limit = limit;
  }

  /** The refusal that a request meets; nothing if it is within the limit, and then it counts. */
  refusalOf({ service, region }: Destination, now: number): FaultKind | undefined {
    if (!this.#limit) return undefined;
    const key = `${service} ${region}`;
    let window = this.#windows.get(key);
    if (!window || now >= window.endsAt) {
      window = { endsAt: now + this.#limit.seconds * 1000, served: 0 };
      this.#windows.set(key, window);
    }
    if (window.served >= this.#limit.requests) return refusal(this.#limit, service, window.endsAt - now);
    window.served += 1;
    return undefined;
  }
}

function refusal(limit: RateLimit, service: ServiceName, milliseconds: number): FaultKind {
  const wait = service === "edas" ? Math.ceil(milliseconds) : Math.ceil(milliseconds / 1000);
  const words = "The throttling threshold has been reached";
  const told = `: policy user over ratelimit,limit:${limit.requests},time:${inWords(limit.seconds)}`;
  return {
    kind: "tooManyRequests",
    ...(limit.retryAfter ? { retryAfter: wait } : {}),
    ...(service === "edas" ? {} : { message: limit.tellsLimit ? `${words}${told}` : words }),
  };
}

/** In the largest unit that fits, as in `5 minute`. */
function inWords(seconds: number): string {
  const units = { day: 86_400, hour: 3600, minute: 60 };
  const [unit, length] = Object.entries(units).find(([, size]) => seconds % size === 0) ?? ["second", 1];
  return `${seconds / length} ${unit}`;
}
